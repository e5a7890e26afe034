-- What every dealer is owed by a rebate programme, as of what is loaded: computed anew each night, written where it differs.
--
-- Reads:      sales_dealermonth, sales_salesrecord (programmes of some products only), sales_dealerfigures,
--             sales_salestarget, accounts_territory, promotions_rebatepoints, promotions_rebateaccrual
-- Writes:     rebate_sold, rebate_worked, rebate_changed (temporary), promotions_rebateaccrual
-- Parameters: programme, kinds (of dealers; empty: all), path (of the territory; empty: everywhere), products (empty: all),
--             starts_on, ends_on (first days of months), before_start, before_end (the same a year earlier), target_until
--             (the end of the target's period), on; promotions.rebates.accrual puts in what the programme's terms say
-- Index:      sales_dealermonth_pkey, rebateaccrual_once

-- Who bought anything: whole months of all products, summed by the months' own keys. Read once for all programmes of the
-- same months.
-- step: sold
CREATE TEMP TABLE rebate_sold ON COMMIT DROP AS
SELECT m.dealer_id,
       sum(m.amount_e4) FILTER (WHERE m.month >= %(starts_on)s)::bigint AS amount_e4,
       sum(m.quantity_e3) FILTER (WHERE m.month >= %(starts_on)s)::bigint AS quantity_e3,
       sum(m.amount_e4) FILTER (WHERE m.month < %(before_end)s)::bigint AS before_e4
  FROM sales_dealermonth m
 WHERE m.kind = 'SELL_IN'
   AND (m.month >= %(starts_on)s AND m.month < %(ends_on)s OR m.month >= %(before_start)s AND m.month < %(before_end)s)
 GROUP BY m.dealer_id

-- Of some products: by the records, as months are not kept by product.
-- step: sold_of_products
CREATE TEMP TABLE rebate_sold ON COMMIT DROP AS
SELECT r.dealer_id,
       (sum(r.amount) FILTER (WHERE r."on" >= %(starts_on)s) * 10000)::bigint AS amount_e4,
       (sum(r.quantity) FILTER (WHERE r."on" >= %(starts_on)s) * 1000)::bigint AS quantity_e3,
       (sum(r.amount) FILTER (WHERE r."on" < %(before_end)s) * 10000)::bigint AS before_e4
  FROM sales_salesrecord r
 WHERE r.kind = 'SELL_IN' AND r.product_id = ANY(%(products)s)
   AND (r."on" >= %(starts_on)s AND r."on" < %(ends_on)s OR r."on" >= %(before_start)s AND r."on" < %(before_end)s)
 GROUP BY r.dealer_id

-- The calculation of a programme for who takes part; promotions.rebates.expressions writes it. What is not asked for is left
-- empty, so that no row is written anew when it changes. Each level is worked out once for a row: OFFSET keeps them apart.
-- step: rows
SELECT b.dealer_id, b.amount_e4, b.quantity_e3, b.before_e4, b.reached_e4, b.points, b.pay_days,
       /* step */::smallint AS step, /* short */ AS short, /* earned */ AS earned_e4, /* accrued */ AS accrued_e4
  FROM (SELECT b.*, /* measured */ AS measured
          FROM (SELECT s.dealer_id, coalesce(s.amount_e4, 0) AS amount_e4, coalesce(s.quantity_e3, 0) AS quantity_e3,
                       /* before */ AS before_e4, /* target */ AS reached_e4, /* points */::smallint AS points,
                       /* pay days */::int AS pay_days
                  FROM /* sold */
                  /* joins */
                 WHERE NOT f.in_bin /* who */
                OFFSET 0) b
        OFFSET 0) b

-- step: worked
CREATE TEMP TABLE rebate_worked ON COMMIT DROP AS
/* rows */

-- What differs from what stands; `dealer_id` is NULL for who no longer takes part, or whose sales were all taken back.
-- step: compared
CREATE TEMP TABLE rebate_changed ON COMMIT DROP AS
SELECT w.*, o.dealer_id AS was
  FROM (/* rows */) w
  FULL JOIN (SELECT * FROM promotions_rebateaccrual WHERE programme_id = %(accrued)s) o ON o.dealer_id = w.dealer_id
 WHERE w.dealer_id IS NULL AND (o.amount_e4, o.quantity_e3, o.before_e4, o.accrued_e4) <> (0, 0, 0, 0)
    OR w.dealer_id IS NOT NULL
       AND (w.amount_e4, w.quantity_e3, w.before_e4, w.reached_e4, w.points, w.pay_days, w.step, w.short, w.earned_e4,
            w.accrued_e4)
           IS DISTINCT FROM
           (o.amount_e4, o.quantity_e3, o.before_e4, o.reached_e4, o.points, o.pay_days, o.step, o.short, o.earned_e4,
            o.accrued_e4)

-- step: put
INSERT INTO promotions_rebateaccrual AS a
       (programme_id, dealer_id, amount_e4, quantity_e3, before_e4, reached_e4, points, pay_days, step, short, earned_e4,
        accrued_e4, settled_e4, changed_on)
SELECT %(accrued)s, w.dealer_id, w.amount_e4, w.quantity_e3, w.before_e4, w.reached_e4, w.points, w.pay_days, w.step,
       w.short, w.earned_e4, w.accrued_e4, 0, %(on)s
  FROM rebate_changed w
 WHERE w.dealer_id IS NOT NULL
    ON CONFLICT (programme_id, dealer_id) DO UPDATE
   SET amount_e4 = excluded.amount_e4, quantity_e3 = excluded.quantity_e3, before_e4 = excluded.before_e4,
       reached_e4 = excluded.reached_e4, points = excluded.points, pay_days = excluded.pay_days, step = excluded.step,
       short = excluded.short, earned_e4 = excluded.earned_e4, accrued_e4 = excluded.accrued_e4,
       changed_on = excluded.changed_on

-- Nothing is owed any more, but what was settled stays to be seen.
-- step: gone
UPDATE promotions_rebateaccrual a
   SET amount_e4 = 0, quantity_e3 = 0, before_e4 = 0, reached_e4 = NULL, points = NULL, pay_days = NULL, step = 0, short = NULL,
       earned_e4 = 0, accrued_e4 = 0, changed_on = %(on)s
  FROM rebate_changed w
 WHERE w.dealer_id IS NULL AND a.programme_id = %(accrued)s AND a.dealer_id = w.was

-- What a try-out shows: dealers, sales and cost by the band that was reached.
-- step: by_step
SELECT w.step, count(*), sum(w.amount_e4)::bigint, sum(w.earned_e4)::bigint, sum(w.accrued_e4)::bigint
  FROM rebate_worked w
 WHERE w.amount_e4 > 0 OR w.before_e4 > 0
 GROUP BY w.step
 ORDER BY w.step
