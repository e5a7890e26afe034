-- What every dealer was as of a past date, from the history.
--
-- Reads:      tiering_tierchange
-- Writes:     tier_past (temporary; the columns of tiering_dealertier)
-- Parameters: on
-- Index:      tierchange_once_a_run

-- step: was
CREATE TEMP TABLE tier_past ON COMMIT DROP AS
SELECT DISTINCT ON (c.dealer_id)
       c.dealer_id, c.tier, c.computed, c.reason, c.missing, c.kind, c.year, c.value, c.value_1, c.value_2,
       c.first_sale_month, c.cooperation, c.loyalty, c.override_id, c."on" AS since
  FROM tiering_tierchange c
 WHERE c."on" <= %(on)s
 ORDER BY c.dealer_id, c."on" DESC

-- step: counts
SELECT s.tier, count(*)
  FROM (SELECT DISTINCT ON (c.dealer_id) c.tier FROM tiering_tierchange c
         WHERE c."on" <= %(on)s ORDER BY c.dealer_id, c."on" DESC) s
 WHERE s.tier IS NOT NULL
 GROUP BY s.tier
