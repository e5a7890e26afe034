-- Settling what is owed by a rebate programme.
--
-- Reads:      promotions_rebateaccrual, dealers_dealer, accounts_territory
-- Writes:     promotions_rebatesettlementline, promotions_rebatesettlement, promotions_rebateaccrual.settled_e4
-- Parameters: settlement, programme, path (of the territory)
-- Index:      rebateaccrual_by_amount, rebatesettlementline_once, rebateaccrual_once

-- Also what is to be taken back, where sales were corrected after an earlier settlement.
-- step: lines
INSERT INTO promotions_rebatesettlementline (settlement_id, dealer_id, amount)
SELECT %(settlement)s, a.dealer_id, (a.accrued_e4 - a.settled_e4) / 10000.0
  FROM promotions_rebateaccrual a
  JOIN dealers_dealer d ON d.id = a.dealer_id AND d.deleted_at IS NULL
  JOIN accounts_territory t ON t.id = d.territory_id AND t.path >= %(path)s AND t.path < %(path)s || '~'
 WHERE a.programme_id = %(programme)s AND a.accrued_e4 <> a.settled_e4

-- step: total
UPDATE promotions_rebatesettlement s
   SET total = l.total, dealers = l.dealers
  FROM (SELECT sum(amount) AS total, count(*) AS dealers FROM promotions_rebatesettlementline
         WHERE settlement_id = %(settlement)s) l
 WHERE s.id = %(settlement)s

-- Only where it still is what was proposed.
-- step: settle
UPDATE promotions_rebateaccrual a
   SET settled_e4 = a.settled_e4 + (l.amount * 10000)::bigint
  FROM promotions_rebatesettlementline l
 WHERE l.settlement_id = %(settlement)s AND a.programme_id = %(programme)s AND a.dealer_id = l.dealer_id
   AND a.accrued_e4 - a.settled_e4 = (l.amount * 10000)::bigint
