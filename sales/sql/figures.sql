-- Figures of dealers as of a day: the last closed fiscal year and the two before, rolling twelve months, credit, stock.
--
-- Reads:      sales_dealermonth (months closed before the day, days of orders also of the open one), sales_salesrecord (the open month, before the day),
--             sales_receivable, sales_stockcount, sales_dealerfigures (what is copied from the dealer),
--             sales_touched_dealers (dealer_id: whose, unless `everybody`), {changed} (what an import changed:
--             see months.sql)
-- Writes:     sales_figures_as_of (temporary), sales_delta (a view for one statement), sales_dealerfigures, _next (what
--             takes its rows' place), dealers_dealer (the columns that lists sort by)
-- Parameters: on, month (the first of its month), open_days (the bits of its days before `on`, as in order_days), year,
--             year_start, year_end, year_1_start, year_2_start, back_3, back_6, back_12, back_15, back_18, back_24 (dates:
--             first months of the windows), everybody; in_year, in_year_1, in_year_2, in_back_12, in_back_24, in_back_3,
--             in_back_3_1, in_back_6, in_back_6_1 (whether a changed month lies in the window)
-- Index:      sales_dealermonth_pkey, salesrecord_line_once, receivable_once_a_dealer, stockcount_once_a_day

-- step: make_touched
CREATE TEMP TABLE IF NOT EXISTS sales_touched_dealers (dealer_id bigint PRIMARY KEY) ON COMMIT DROP

-- step: measure
CREATE TEMP TABLE sales_figures_as_of ON COMMIT DROP AS
WITH sold AS (
    SELECT m.dealer_id,
           sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_start)s AND m.month < %(year_end)s)
               AS quantity_e3,
           sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_1_start)s
                                        AND m.month < %(year_start)s) AS quantity_1_e3,
           sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_2_start)s
                                        AND m.month < %(year_1_start)s) AS quantity_2_e3,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_start)s AND m.month < %(year_end)s)
               AS amount_e4,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_1_start)s
                                      AND m.month < %(year_start)s) AS amount_1_e4,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(year_2_start)s
                                      AND m.month < %(year_1_start)s) AS amount_2_e4,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_12)s AND m.month < %(month)s)
               AS sales_12m_e4,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_24)s AND m.month < %(back_12)s)
               AS sales_prior_12m_e4,
           sum(m.quantity_e3) FILTER (WHERE m.kind <> 'SELL_IN' AND m.month >= %(back_3)s AND m.month < %(month)s)
               AS sold_on_3m_e3,
           sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_3)s AND m.month < %(month)s)
               AS sell_in_3m_e3,
           sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_15)s AND m.month < %(back_12)s)
               AS sell_in_3m_1_e3,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_6)s AND m.month < %(month)s)
               AS sales_6m_e4,
           sum(m.amount_e4) FILTER (WHERE m.kind = 'SELL_IN' AND m.month >= %(back_18)s AND m.month < %(back_12)s)
               AS sales_6m_1_e4,
           min(m.month) FILTER (WHERE m.kind = 'SELL_IN' AND m.month < %(month)s AND m.quantity_e3 > 0)
               AS first_sale_month,
           max(m.last_on) FILTER (WHERE m.kind = 'SELL_IN' AND m.month < %(month)s) AS last_on,
           -- The one figure that knows the open month, up to the day.
           bit_xor(sales_order_mark(m.order_days & CASE WHEN m.month < %(month)s THEN -1 ELSE %(open_days)s END, m.month))
               FILTER (WHERE m.kind = 'SELL_IN') AS order_mark
      FROM sales_dealermonth m
     WHERE m.month <= %(month)s
       AND (%(everybody)s OR m.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t))
     GROUP BY m.dealer_id
), sold_lately AS (
    SELECT r.dealer_id, max(r."on") AS last_on
      FROM sales_salesrecord r
     WHERE r."on" >= %(month)s AND r."on" < %(on)s AND r.kind = 'SELL_IN' AND r.quantity > 0 AND NOT r.by_month
       AND (%(everybody)s OR r.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t))
     GROUP BY r.dealer_id
), owed AS (
    SELECT r.dealer_id, sum(r.open_amount) AS balance,
           sum(r.open_amount) FILTER (WHERE r.kind <> 'RECEIPT' AND r.open_amount > 0 AND r.due_on < %(on)s) AS overdue,
           min(r.due_on) FILTER (WHERE r.kind <> 'RECEIPT' AND r.open_amount > 0 AND r.due_on < %(on)s)
               AS oldest_due_on
      FROM sales_receivable r
     WHERE r.open_amount <> 0 AND r.kind <> 'ORDER' AND r.issued_on <= %(on)s
       AND (%(everybody)s OR r.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t))
     GROUP BY r.dealer_id
), counted AS (
    SELECT DISTINCT ON (s.dealer_id) s.dealer_id, s."on", sum(s.quantity) AS quantity
      FROM sales_stockcount s
     WHERE s."on" <= %(on)s
       AND (%(everybody)s OR s.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t))
     GROUP BY s.dealer_id, s."on"
     ORDER BY s.dealer_id, s."on" DESC
)
SELECT f.dealer_id, f.territory_id, f.kind, f.trading, f.in_bin, %(year)s::smallint AS year,
       coalesce(sold.quantity_e3, 0)::bigint AS quantity_e3,
       coalesce(sold.quantity_1_e3, 0)::bigint AS quantity_1_e3,
       coalesce(sold.quantity_2_e3, 0)::bigint AS quantity_2_e3,
       coalesce(sold.amount_e4, 0)::bigint AS amount_e4,
       coalesce(sold.amount_1_e4, 0)::bigint AS amount_1_e4,
       coalesce(sold.amount_2_e4, 0)::bigint AS amount_2_e4,
       coalesce(sold.sales_12m_e4, 0)::bigint AS sales_12m_e4,
       coalesce(sold.sales_prior_12m_e4, 0)::bigint AS sales_prior_12m_e4,
       coalesce(owed.balance * 10000, 0)::bigint AS balance_e4,
       coalesce(owed.overdue * 10000, 0)::bigint AS overdue_e4,
       (counted.quantity * 1000)::bigint AS stock_e3,
       coalesce(sold.sold_on_3m_e3, 0)::bigint AS sold_on_3m_e3,
       coalesce(sold.sell_in_3m_e3, 0)::bigint AS sell_in_3m_e3,
       coalesce(sold.sell_in_3m_1_e3, 0)::bigint AS sell_in_3m_1_e3,
       coalesce(sold.sales_6m_e4, 0)::bigint AS sales_6m_e4,
       coalesce(sold.sales_6m_1_e4, 0)::bigint AS sales_6m_1_e4,
       coalesce(sold.order_mark, 0) AS order_mark,
       sold.first_sale_month,
       greatest(sold.last_on, sold_lately.last_on) AS last_order_on,
       owed.oldest_due_on, counted."on" AS stock_on
  FROM sales_dealerfigures f
  LEFT JOIN sold USING (dealer_id)
  LEFT JOIN sold_lately USING (dealer_id)
  LEFT JOIN owed USING (dealer_id)
  LEFT JOIN counted USING (dealer_id)
 WHERE %(everybody)s OR f.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t)

-- step: delta_of_months
CREATE TEMP VIEW sales_delta AS
SELECT c.dealer_id,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_year)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_start)s AND c.month < %(year_end)s) AS quantity_e3,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_year_1)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_1_start)s AND c.month < %(year_start)s) AS quantity_1_e3,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_year_2)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_2_start)s AND c.month < %(year_1_start)s) AS quantity_2_e3,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_year)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_start)s AND c.month < %(year_end)s) AS amount_e4,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_year_1)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_1_start)s AND c.month < %(year_start)s) AS amount_1_e4,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_year_2)s AND c.kind = 'SELL_IN'
             AND c.month >= %(year_2_start)s AND c.month < %(year_1_start)s) AS amount_2_e4,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_back_12)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_12)s AND c.month < %(month)s) AS sales_12m_e4,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_back_24)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_24)s AND c.month < %(back_12)s) AS sales_prior_12m_e4,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_back_3)s AND c.kind <> 'SELL_IN'
             AND c.month >= %(back_3)s AND c.month < %(month)s) AS sold_on_3m_e3,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_back_3)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_3)s AND c.month < %(month)s) AS sell_in_3m_e3,
       sum(c.quantity_e3 - c.old_quantity_e3) FILTER (
           WHERE %(in_back_3_1)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_15)s AND c.month < %(back_12)s) AS sell_in_3m_1_e3,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_back_6)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_6)s AND c.month < %(month)s) AS sales_6m_e4,
       sum(c.amount_e4 - c.old_amount_e4) FILTER (
           WHERE %(in_back_6_1)s AND c.kind = 'SELL_IN'
             AND c.month >= %(back_18)s AND c.month < %(back_12)s) AS sales_6m_1_e4,
       bit_xor(sales_order_mark(c.order_days & CASE WHEN c.month < %(month)s THEN -1 ELSE %(open_days)s END, c.month)
               # sales_order_mark(c.old_order_days & CASE WHEN c.month < %(month)s THEN -1 ELSE %(open_days)s END, c.month))
           FILTER (WHERE c.kind = 'SELL_IN' AND c.month <= %(month)s AND c.order_days <> c.old_order_days) AS order_mark,
       min(c.month) FILTER (WHERE c.kind = 'SELL_IN' AND c.month < %(month)s AND c.quantity_e3 > 0)
           AS first_sale_month,
       max(c.last_on) FILTER (WHERE c.kind = 'SELL_IN' AND c.last_on < %(on)s) AS last_on
  FROM {changed} c
 GROUP BY c.dealer_id

-- step: sold_on
SELECT EXISTS (SELECT FROM {changed} c WHERE c.kind <> 'SELL_IN')

-- step: delta_of_a_month
-- Of one month a dealer has one row a kind: nothing to add up.
CREATE TEMP VIEW sales_delta AS
SELECT c.dealer_id,
       CASE WHEN %(in_year)s THEN c.quantity_e3 - c.old_quantity_e3 END AS quantity_e3,
       CASE WHEN %(in_year_1)s THEN c.quantity_e3 - c.old_quantity_e3 END AS quantity_1_e3,
       CASE WHEN %(in_year_2)s THEN c.quantity_e3 - c.old_quantity_e3 END AS quantity_2_e3,
       CASE WHEN %(in_year)s THEN c.amount_e4 - c.old_amount_e4 END AS amount_e4,
       CASE WHEN %(in_year_1)s THEN c.amount_e4 - c.old_amount_e4 END AS amount_1_e4,
       CASE WHEN %(in_year_2)s THEN c.amount_e4 - c.old_amount_e4 END AS amount_2_e4,
       CASE WHEN %(in_back_12)s THEN c.amount_e4 - c.old_amount_e4 END AS sales_12m_e4,
       CASE WHEN %(in_back_24)s THEN c.amount_e4 - c.old_amount_e4 END AS sales_prior_12m_e4,
       NULL::bigint AS sold_on_3m_e3,
       CASE WHEN %(in_back_3)s THEN c.quantity_e3 - c.old_quantity_e3 END AS sell_in_3m_e3,
       CASE WHEN %(in_back_3_1)s THEN c.quantity_e3 - c.old_quantity_e3 END AS sell_in_3m_1_e3,
       CASE WHEN %(in_back_6)s THEN c.amount_e4 - c.old_amount_e4 END AS sales_6m_e4,
       CASE WHEN %(in_back_6_1)s THEN c.amount_e4 - c.old_amount_e4 END AS sales_6m_1_e4,
       CASE WHEN c.month <= %(month)s AND c.order_days <> c.old_order_days THEN
           sales_order_mark(c.order_days & CASE WHEN c.month < %(month)s THEN -1 ELSE %(open_days)s END, c.month)
           # sales_order_mark(c.old_order_days & CASE WHEN c.month < %(month)s THEN -1 ELSE %(open_days)s END, c.month)
       END AS order_mark,
       CASE WHEN c.month < %(month)s AND c.quantity_e3 > 0 THEN c.month END AS first_sale_month,
       CASE WHEN c.last_on < %(on)s THEN c.last_on END AS last_on
  FROM {changed} c
 WHERE c.kind = 'SELL_IN'

-- step: merge
-- Wide columns first: a row is as narrow as alignment allows. Of windows that no changed month lies in nothing is asked.
CREATE TABLE sales_dealerfigures_next WITH (fillfactor = 85) AS
SELECT f.dealer_id, f.territory_id,
       f.quantity_e3 + CASE WHEN %(in_year)s THEN coalesce(d.quantity_e3, 0)::bigint ELSE 0 END AS quantity_e3,
       f.quantity_1_e3 + CASE WHEN %(in_year_1)s THEN coalesce(d.quantity_1_e3, 0)::bigint ELSE 0 END AS quantity_1_e3,
       f.quantity_2_e3 + CASE WHEN %(in_year_2)s THEN coalesce(d.quantity_2_e3, 0)::bigint ELSE 0 END AS quantity_2_e3,
       f.amount_e4 + CASE WHEN %(in_year)s THEN coalesce(d.amount_e4, 0)::bigint ELSE 0 END AS amount_e4,
       f.amount_1_e4 + CASE WHEN %(in_year_1)s THEN coalesce(d.amount_1_e4, 0)::bigint ELSE 0 END AS amount_1_e4,
       f.amount_2_e4 + CASE WHEN %(in_year_2)s THEN coalesce(d.amount_2_e4, 0)::bigint ELSE 0 END AS amount_2_e4,
       f.sales_12m_e4 + CASE WHEN %(in_back_12)s THEN coalesce(d.sales_12m_e4, 0)::bigint ELSE 0 END AS sales_12m_e4,
       f.sales_prior_12m_e4 + CASE WHEN %(in_back_24)s THEN coalesce(d.sales_prior_12m_e4, 0)::bigint ELSE 0 END
           AS sales_prior_12m_e4,
       f.balance_e4, f.overdue_e4, f.stock_e3,
       f.sold_on_3m_e3 + CASE WHEN %(in_back_3)s THEN coalesce(d.sold_on_3m_e3, 0)::bigint ELSE 0 END AS sold_on_3m_e3,
       f.sell_in_3m_e3 + CASE WHEN %(in_back_3)s THEN coalesce(d.sell_in_3m_e3, 0)::bigint ELSE 0 END AS sell_in_3m_e3,
       f.sell_in_3m_1_e3 + CASE WHEN %(in_back_3_1)s THEN coalesce(d.sell_in_3m_1_e3, 0)::bigint ELSE 0 END
           AS sell_in_3m_1_e3,
       f.sales_6m_e4 + CASE WHEN %(in_back_6)s THEN coalesce(d.sales_6m_e4, 0)::bigint ELSE 0 END AS sales_6m_e4,
       f.sales_6m_1_e4 + CASE WHEN %(in_back_6_1)s THEN coalesce(d.sales_6m_1_e4, 0)::bigint ELSE 0 END AS sales_6m_1_e4,
       f.order_mark # coalesce(d.order_mark, 0) AS order_mark,
       least(f.first_sale_month, d.first_sale_month) AS first_sale_month,
       greatest(f.last_order_on, d.last_on) AS last_order_on, f.oldest_due_on, f.stock_on, f.year, f.trading, f.in_bin,
       f.kind
  FROM sales_dealerfigures f
  LEFT JOIN sales_delta d USING (dealer_id)

-- step: touch_doubtful
INSERT INTO sales_touched_dealers (dealer_id)
SELECT DISTINCT c.dealer_id
  FROM {changed} c
 WHERE c.kind = 'SELL_IN'
   AND ((c.month < %(month)s AND c.old_quantity_e3 > 0 AND c.quantity_e3 <= 0)
        OR (c.old_last_on IS NOT NULL AND (c.last_on IS NULL OR c.last_on < c.old_last_on))
        OR (c.month = %(month)s AND c.last_on >= %(on)s))

-- step: put_all
CREATE TABLE sales_dealerfigures_next WITH (fillfactor = 85) AS
SELECT a.dealer_id, a.territory_id, a.quantity_e3, a.quantity_1_e3, a.quantity_2_e3, a.amount_e4, a.amount_1_e4,
       a.amount_2_e4, a.sales_12m_e4, a.sales_prior_12m_e4, a.balance_e4, a.overdue_e4, a.stock_e3, a.sold_on_3m_e3,
       a.sell_in_3m_e3, a.sell_in_3m_1_e3, a.sales_6m_e4, a.sales_6m_1_e4, a.order_mark, a.first_sale_month,
       a.last_order_on, a.oldest_due_on, a.stock_on, a.year, a.trading, a.in_bin, a.kind
  FROM sales_figures_as_of a
 ORDER BY a.dealer_id

-- step: put_touched
UPDATE sales_dealerfigures f
   SET year = a.year, quantity_e3 = a.quantity_e3, quantity_1_e3 = a.quantity_1_e3, quantity_2_e3 = a.quantity_2_e3,
       amount_e4 = a.amount_e4, amount_1_e4 = a.amount_1_e4, amount_2_e4 = a.amount_2_e4,
       sales_12m_e4 = a.sales_12m_e4, sales_prior_12m_e4 = a.sales_prior_12m_e4, balance_e4 = a.balance_e4,
       overdue_e4 = a.overdue_e4, stock_e3 = a.stock_e3, sold_on_3m_e3 = a.sold_on_3m_e3, sell_in_3m_e3 = a.sell_in_3m_e3,
       sell_in_3m_1_e3 = a.sell_in_3m_1_e3, sales_6m_e4 = a.sales_6m_e4, sales_6m_1_e4 = a.sales_6m_1_e4,
       order_mark = a.order_mark,
       first_sale_month = a.first_sale_month, last_order_on = a.last_order_on, oldest_due_on = a.oldest_due_on,
       stock_on = a.stock_on
  FROM sales_figures_as_of a
 WHERE a.dealer_id = f.dealer_id
   AND (f.year, f.quantity_e3, f.quantity_1_e3, f.quantity_2_e3, f.amount_e4, f.amount_1_e4, f.amount_2_e4,
        f.sales_12m_e4, f.sales_prior_12m_e4, f.balance_e4, f.overdue_e4, f.stock_e3, f.sold_on_3m_e3, f.sell_in_3m_e3,
        f.sell_in_3m_1_e3, f.sales_6m_e4, f.sales_6m_1_e4, f.order_mark, f.first_sale_month, f.last_order_on, f.oldest_due_on, f.stock_on)
       IS DISTINCT FROM
       (a.year, a.quantity_e3, a.quantity_1_e3, a.quantity_2_e3, a.amount_e4, a.amount_1_e4, a.amount_2_e4,
        a.sales_12m_e4, a.sales_prior_12m_e4, a.balance_e4, a.overdue_e4, a.stock_e3, a.sold_on_3m_e3, a.sell_in_3m_e3,
        a.sell_in_3m_1_e3, a.sales_6m_e4, a.sales_6m_1_e4, a.order_mark, a.first_sale_month, a.last_order_on, a.oldest_due_on, a.stock_on)

-- step: add_missing
INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading, in_bin)
SELECT d.id, d.territory_id, d.kind, sales_is_trading(d.status, d.deleted_at), d.deleted_at IS NOT NULL
  FROM dealers_dealer d
 WHERE NOT EXISTS (SELECT FROM sales_dealerfigures f WHERE f.dealer_id = d.id)

-- step: touch_due
INSERT INTO sales_touched_dealers (dealer_id)
SELECT r.dealer_id FROM sales_receivable r
 WHERE r.open_amount <> 0 AND r.due_on >= %(since)s AND r.due_on < %(on)s
 UNION
SELECT r.dealer_id FROM sales_receivable r WHERE r.open_amount <> 0 AND r.issued_on > %(since)s AND r.issued_on <= %(on)s
 UNION
SELECT r.dealer_id FROM sales_salesrecord r WHERE r."on" >= %(since)s AND r."on" < %(on)s
 UNION
SELECT s.dealer_id FROM sales_stockcount s WHERE s."on" > %(since)s AND s."on" <= %(on)s
    ON CONFLICT DO NOTHING

-- step: put_dealers
UPDATE dealers_dealer d
   SET sales_12m = round(f.sales_12m_e4 / 10000.0, 2), sales_prior_12m = round(f.sales_prior_12m_e4 / 10000.0, 2),
       balance = round(f.balance_e4 / 10000.0, 2), overdue_amount = round(f.overdue_e4 / 10000.0, 2),
       last_order_on = f.last_order_on
  FROM sales_dealerfigures f
 WHERE f.dealer_id = d.id
   AND (%(everybody)s OR f.dealer_id IN (SELECT t.dealer_id FROM sales_touched_dealers t))
   AND (d.sales_12m, d.sales_prior_12m, d.balance, d.overdue_amount, d.last_order_on)
       IS DISTINCT FROM
       (round(f.sales_12m_e4 / 10000.0, 2), round(f.sales_prior_12m_e4 / 10000.0, 2),
        round(f.balance_e4 / 10000.0, 2), round(f.overdue_e4 / 10000.0, 2), f.last_order_on)
