"""Addresses of the dealer file, by subject. Those of the list stand in `urls_list.py`."""

from django.urls import path, register_converter

from dealers.urls_list import urlpatterns as list_patterns
from dealers.views import business, completeness, edit, hierarchy, page, papers, people, person, territories
from dealers.views.converters import DayConverter

app_name = "dealers"
register_converter(DayConverter, "day")

urlpatterns = [
    *list_patterns,
    path("new/", edit.new, name="new"),
    path("similar/", edit.similar, name="similar"),
    path("bin/", edit.bin_page, name="bin"),
    path("territory-load/", territories.territory_load, name="territory_load"),
    path("territory-load/points/", territories.territory_points, name="territory_points"),
    path("completeness/", completeness.weights, name="completeness_weights"),
    path("completeness/sub-dealers/", completeness.sub_dealer_files, name="sub_dealer_files"),
    # The page and its tabs.
    path("<int:pk>/", page.detail, name="detail"),
    path("<int:pk>/file/", page.file, name="file"),
    path("<int:pk>/contacts/", page.contacts, name="contacts"),
    path("<int:pk>/documents/", page.documents, name="documents"),
    path("<int:pk>/sub-dealers/", hierarchy.sub_dealers, name="sub_dealers"),
    path("<int:pk>/sub-dealers/map/", hierarchy.sub_dealers_map, name="sub_dealers_map"),
    path("<int:pk>/profile/", page.profile, name="profile"),
    # The dealer as a whole.
    path("<int:pk>/edit/", edit.edit, name="edit"),
    path("<int:pk>/status/", edit.status, name="status"),
    path("<int:pk>/delete/", edit.delete, name="delete"),
    path("<int:pk>/restore/", edit.restore, name="restore"),
    # Part one: basic information.
    path("<int:pk>/basic/edit/", person.basic_edit, name="basic_edit"),
    path("<int:pk>/personal/", person.show_personal, name="show_personal"),
    path("<int:pk>/consent/", person.consent, name="consent"),
    path("<int:pk>/consent/withdraw/", person.withdraw, name="consent_withdraw"),
    path("<int:pk>/network/new/", people.connection_new, name="connection_new"),
    path("<int:pk>/network/<int:row>/", people.connection_edit, name="connection_edit"),
    path("<int:pk>/network/<int:row>/delete/", people.connection_delete, name="connection_delete"),
    # Part two: traits.
    path("<int:pk>/traits/edit/", person.traits_edit, name="traits_edit"),
    path("<int:pk>/observations/new/", person.observation_new, name="observation_new"),
    path("<int:pk>/observations/<int:row>/delete/", person.observation_delete, name="observation_delete"),
    # Part three: business status.
    path("<int:pk>/business/new/", business.business_new, name="business_new"),
    path("<int:pk>/business/<int:row>/", business.business_edit, name="business_edit"),
    path("<int:pk>/brands/", business.brands_edit, name="brands_edit"),
    path("<int:pk>/brands/<day:on>/delete/", business.brands_delete, name="brands_delete"),
    path("<int:pk>/credit/", business.credit_edit, name="credit_edit"),
    # People.
    path("<int:pk>/contacts/new/", people.contact_new, name="contact_new"),
    path("<int:pk>/contacts/<int:row>/", people.contact_edit, name="contact_edit"),
    path("<int:pk>/contacts/<int:row>/left/", people.contact_left, name="contact_left"),
    path("<int:pk>/contacts/<int:row>/back/", people.contact_back, name="contact_back"),
    path("<int:pk>/interactions/new/", people.interaction_new, name="interaction_new"),
    path("<int:pk>/interactions/<int:row>/", people.interaction_edit, name="interaction_edit"),
    # Papers.
    path("<int:pk>/documents/new/", papers.document_new, name="document_new"),
    path("<int:pk>/documents/<int:row>/version/", papers.document_version, name="document_version"),
    path("<int:pk>/documents/<int:row>/download/", papers.document_download, name="document_download"),
    path("<int:pk>/agreements/new/", papers.agreement_new, name="agreement_new"),
    path("<int:pk>/agreements/<int:row>/", papers.agreement_edit, name="agreement_edit"),
]
