from importlib.util import find_spec

from django.urls import include, path

from promotions.views import promotions

app_name = "promotions"

urlpatterns = [
    path("", promotions.listed, name="list"),
    # Parts of the app with addresses of their own.
    *(
        path(where, include(module))
        for where, module in (("rebates/", "promotions.urls_rebates"), ("support/", "promotions.urls_support"))
        if find_spec(module)
    ),
]
