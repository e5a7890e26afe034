-- What stands in a dealer's file, one column a key of dealers.completeness.ITEMS: true when it is there.
-- Reads:  dealers_dealer, dealers_basicinfo, dealers_traits, dealers_creditprofile, dealers_businessstatus, dealers_brandshare,
--         dealers_contact, dealers_specialdate, dealers_connection, dealers_traitobservation, dealers_dealerdocument,
--         dealers_agreement, dealers_dealer_business_scope.
-- Params: dealer_ids (NULL: all that are not in the bin), on (business date).
-- Index:  for all dealers every child table is read once and hashed; for one, its index on dealer_id.
SELECT d.id,
       (d.name_romanised <> '' OR d.name ~ '^[[:ascii:]]+$')              AS name_romanised,
       (d.address <> '' AND d.city <> '')                                 AS address,
       (d.latitude IS NOT NULL)                                           AS place,
       (d.phone <> '')                                                    AS phone,
       COALESCE(scope.present, false)                                     AS business_scope,
       (d.opening_hours <> '')                                            AS opening_hours,
       (d.founded_year IS NOT NULL)                                       AS founded_year,
       (d.employees IS NOT NULL)                                          AS employees,
       (d.customer_since IS NOT NULL)                                     AS customer_since,
       (d.verified_on IS NOT NULL
        AND d.verified_on > %(on)s::date - 365)                           AS verified,
       COALESCE(b.owner_name <> '', false)                                AS owner_name,
       COALESCE(b.family_background <> '' OR b.occupation <> '' OR b.career_history <> '' OR b.personality <> ''
                OR b.preferences <> '{}' OR b.annual_income_band <> '' OR b.personal_funds_band <> ''
                OR b.education_level <> '', false)                        AS background,
       COALESCE(network.present, false)                                   AS network,
       (t.management_level IS NOT NULL)                                   AS management_level,
       COALESCE(t.working_style <> '{}', false)                           AS working_style,
       (t.integrity IS NOT NULL)                                          AS integrity,
       COALESCE(seen.present, false)                                      AS observation,
       COALESCE(s.registered_capital IS NOT NULL OR s.working_capital IS NOT NULL
                OR s.capital_strength IS NOT NULL, false)                 AS capital_strength,
       COALESCE(s.cost_budget IS NOT NULL AND s.cost_actual IS NOT NULL, false) AS cost_control,
       (s.annual_sales_all_brands IS NOT NULL)                            AS annual_sales,
       COALESCE(s.gross_profit_with_us IS NOT NULL
                AND s.investment_in_us IS NOT NULL, false)                AS cost_recovery,
       COALESCE(s.sales_staff IS NOT NULL AND s.vehicles IS NOT NULL, false) AS staff_vehicles,
       COALESCE(s.stock_remark <> '' OR s.warehouse_m2 IS NOT NULL, false) AS stock,
       COALESCE(brands.present, false)                                    AS brands,
       COALESCE(c.credit_limit IS NOT NULL AND c.rating <> '', false)     AS credit,
       COALESCE(people.reachable, false)                                  AS contact,
       COALESCE(people.several, false)                                    AS second_contact,
       COALESCE(people.decides, false)                                    AS decision_maker,
       COALESCE(days.present, false)                                      AS special_date,
       COALESCE(papers.present, false)                                    AS licence,
       COALESCE(terms.present, false)                                     AS agreement
  FROM dealers_dealer AS d
  LEFT JOIN dealers_basicinfo AS b ON b.dealer_id = d.id
  LEFT JOIN dealers_traits AS t ON t.dealer_id = d.id
  LEFT JOIN dealers_creditprofile AS c ON c.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT ON (dealer_id) *
               FROM dealers_businessstatus
              WHERE %(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[])
              ORDER BY dealer_id, "on" DESC) AS s ON s.dealer_id = d.id
  LEFT JOIN (SELECT dealer_id,
                    bool_or(phone <> '' OR mobile <> '' OR messenger <> '' OR email <> '') AS reachable,
                    count(*) > 1 AS several,
                    bool_or(role IN ('OWNER', 'BUYER')) AS decides
               FROM dealers_contact
              WHERE active AND (%(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[]))
              GROUP BY dealer_id) AS people ON people.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present
               FROM dealers_specialdate JOIN dealers_contact ON dealers_contact.id = dealers_specialdate.contact_id
              WHERE active AND (%(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[]))
            ) AS days ON days.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_dealer_business_scope
              WHERE %(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[])
            ) AS scope ON scope.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_connection
              WHERE %(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[])
            ) AS network ON network.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_traitobservation
              WHERE %(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[])
            ) AS seen ON seen.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_brandshare
              WHERE %(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[])
            ) AS brands ON brands.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_dealerdocument
              WHERE kind = 'LICENCE'
                AND (%(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[]))
            ) AS papers ON papers.dealer_id = d.id
  LEFT JOIN (SELECT DISTINCT dealer_id, true AS present FROM dealers_agreement
              WHERE starts_on <= %(on)s::date AND (ends_on IS NULL OR ends_on > %(on)s::date)
                AND (%(dealer_ids)s::bigint[] IS NULL OR dealer_id = ANY(%(dealer_ids)s::bigint[]))
            ) AS terms ON terms.dealer_id = d.id
 WHERE d.deleted_at IS NULL
   AND (%(dealer_ids)s::bigint[] IS NULL OR d.id = ANY(%(dealer_ids)s::bigint[]))
