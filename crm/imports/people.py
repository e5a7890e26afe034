"""The sheets of territories, users and assignments: who is where. The models are those of `accounts`, below this app."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions import create_territory, may_grant, move_territory
from accounts.adapters import vouch_for_email
from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.imports.applying import Outdated, keep_ids
from crm.imports.batch import Batch
from crm.imports.cells import quoted
from crm.imports.importer import Field, FieldType, Importer, Lookup, RowCheck, TerritoryScope, Written
from crm.imports.registry import register
from crm.imports.statement import old_columns
from crm.imports.undoing import mark


@register
class TerritoryImporter(Importer):
    """The tree is small and its paths depend on one another, so territories are written one by one, from the top."""

    key = "territories"
    label = _("Sales territories")
    description = _("The territory tree: code, name, and the territory that each is a part of.")
    order = 10
    icon = "sitemap"
    model = Territory
    keys = (("code",),)
    rights = (Right.IMPORT, Right.MANAGE_TERRITORIES)
    skips_repetitions = True
    fields = (
        Field(
            "code", _("code"), FieldType.CODE, required=True, example="CN-EAST-1",
            aliases=("territory code", "region code", "区域代码", "区域编码", "销售区域代码", "地域コード",
                     "エリアコード", "지역 코드", "지역코드"),
        ),
        Field(
            "name", _("name"), required=True, example=_("Suzhou"),
            aliases=("territory", "territory name", "region", "区域", "区域名称", "销售区域", "地域", "地域名",
                     "エリア名", "販売地域", "지역", "지역명", "판매 지역"),
        ),
        Field(
            "parent", _("part of"), FieldType.LOOKUP, lookup=Lookup("accounts_territory", same_file=True),
            example="CN-EAST",
            aliases=("parent", "parent code", "parent territory", "上级区域", "上级", "上级代码", "上位地域", "親コード",
                     "親地域", "상위 지역", "상위 코드"),
        ),
        Field("country", _("country"), FieldType.CODE, max_length=2, example="CN", aliases=("country code", "国家", "国", "국가")),
        Field("active", _("active"), FieldType.BOOLEAN, aliases=("有效", "启用", "有効", "사용", "활성")),
    )  # fmt: skip
    checks = (
        RowCheck("OWN_PARENT", "parent", "v.parent = v.code", _("A territory cannot become a part of itself.")),
        RowCheck(
            "NO_COUNTRY", "country", "v.country !~ '^[A-Z]{2}$'",
            _("“%(value)s” is no country code; write it like CN, JP, KR or US."),
        ),
    )  # fmt: skip
    scopes = (TerritoryScope("parent", "l_parent.id"), TerritoryScope("code", "t.id"))
    messages = {
        "NEW_ROOT": _("Only somebody who sees every territory may add one that is part of none."),
        "LOOP": _("“%(value)s” leads back to this territory in a circle."),
    }
    shared_codes = frozenset({"LOOP"})

    def extra_checks(self, batch: Batch) -> Iterable[tuple[str, Sequence[Any]]]:
        rooted = (
            f"SELECT row, 'parent', 'NEW_ROOT', code FROM {batch.checked} WHERE verdict = 'N' AND parent__code IS NULL"
        )
        if batch.mapping.fills("parent"):
            # Walk up from every row: through the file where it says who is above, else through the tree.
            yield (
                f"""
                WITH RECURSIVE above AS (
                    SELECT f.code AS start, f.row, f.parent__code AS code, 1 AS steps
                      FROM {batch.checked} f WHERE f.verdict <> 'R' AND f.parent__code IS NOT NULL
                    UNION ALL
                    SELECT a.start, a.row, coalesce(f.parent__code, p.code), a.steps + 1
                      FROM above a
                      LEFT JOIN {batch.checked} f ON f.code = a.code AND f.verdict <> 'R'
                      LEFT JOIN accounts_territory t ON t.code = a.code AND f.code IS NULL
                      LEFT JOIN accounts_territory p ON p.id = t.parent_id
                     WHERE a.code <> a.start AND a.steps < 100 AND coalesce(f.parent__code, p.code) IS NOT NULL
                )
                SELECT DISTINCT row, 'parent', 'LOOP', code FROM above WHERE code = start
                """,
                [],
            )
        else:
            rooted = f"SELECT row, 'code', 'NEW_ROOT', code FROM {batch.checked} WHERE verdict = 'N'"
        if batch.user is not None and not scope_of(batch.user, on=batch.on).everything:
            yield rooted, []

    def apply(self, cursor: CursorWrapper, batch: Batch) -> Written:
        link = "c.parent__code" if batch.mapping.fills("parent") else "NULL"
        cursor.execute(
            f"SELECT c.verdict, c.code, c.name, {link}, coalesce(c.country, ''), coalesce(c.active, true), "
            f"c.verdict = 'N' OR c.old = {old_columns(batch)} "
            f"FROM {batch.checked} c LEFT JOIN accounts_territory t ON t.id = c.target_id "
            "WHERE c.verdict IN ('N', 'C') ORDER BY c.row",
            [],
        )
        waiting = cursor.fetchall()
        if not all(row[-1] for row in waiting):
            raise Outdated
        known = {territory.code: territory for territory in Territory.objects.all()}
        new = changed = 0
        while waiting:
            later = []
            for row in waiting:
                verdict, code, name, above, country, active, _same = row
                if above is not None and above not in known:
                    later.append(row)
                    continue
                if verdict == "N":
                    if code in known:
                        raise Outdated
                    known[code] = create_territory(
                        code=code, name=name, parent=known[above] if above else None, country=country
                    )
                    new += 1
                else:
                    changed += 1
                self._bring_to(known[code], name=name, country=country, active=active)
                if above is not None and known[code].parent_id != known[above].pk:
                    move_territory(territory=known[code], parent=known[above])
            if len(later) == len(waiting):
                raise Outdated
            waiting = later
        keep_ids(cursor, batch)
        if batch.mapping.fills("parent"):
            cursor.execute(
                f"UPDATE {batch.checked} c SET parent = t.parent_id FROM accounts_territory t "
                "WHERE t.id = c.target_id AND c.verdict IN ('N', 'C')"
            )
        return Written(new=new, changed=changed)

    @staticmethod
    def _bring_to(territory: Territory, *, name: str, country: str, active: bool) -> None:
        if (territory.name, territory.country, territory.active) != (name, country, active):
            territory.name, territory.country, territory.active = name, country, active
            territory.save(update_fields=["name", "country", "active"])

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        found = mark(cursor, batch)
        cursor.execute(f"SELECT target_id, old FROM {batch.checked} WHERE undone AND verdict = 'C'")
        for pk, old in cursor.fetchall():
            territory = Territory.objects.get(pk=pk)
            old = json.loads(old) if isinstance(old, str) else old
            values = {name: old.get(name, getattr(territory, name)) for name in ("name", "country", "active")}
            self._bring_to(territory, **values)
            if "parent_id" in old and territory.parent_id != old["parent_id"]:
                move_territory(territory=territory, parent=Territory.objects.filter(pk=old["parent_id"]).first())
        cursor.execute(
            f"DELETE FROM accounts_territory t USING {batch.checked} c "
            "WHERE c.undone AND c.verdict = 'N' AND t.id = c.target_id"
        )
        return found


@register
class UserImporter(Importer):
    key = "users"
    label = _("Users")
    description = _("People by their e-mail address. They get no password: an invitation opens the account.")
    order = 12
    icon = "users"
    model = User
    keys = (("email",),)
    rights = (Right.IMPORT, Right.MANAGE_USERS)
    skips_repetitions = True
    fields = (
        Field(
            "email", _("e-mail"), FieldType.EMAIL, required=True, example="li.na@example.com",
            aliases=("email", "mail", "email address", "login", "邮箱", "电子邮箱", "メール", "メールアドレス", "이메일"),
        ),
        Field(
            "name", pgettext_lazy("of a person", "name"), required=True, example="Li Na",
            aliases=("full name", "user", "employee", "姓名", "员工姓名", "业务员", "氏名", "社員名", "営業担当", "이름",
                     "성명", "사원명", "영업 담당자"),
        ),
        Field(
            "staff_code", _("staff number"), FieldType.CODE, example="E-1001",
            aliases=("employee number", "employee key", "staff code", "rep code", "工号", "员工编号", "社員番号",
                     "担当者コード", "사번", "사원 번호", "직원 번호"),
        ),
        Field("phone", _("phone"), FieldType.PHONE, aliases=("telephone", "mobile", "电话", "手机", "電話", "携帯", "전화", "휴대폰")),
        Field(
            "manager", _("reports to"), FieldType.LOOKUP,
            lookup=Lookup("accounts_user", keys=("email", "staff_code"), same_file=True),
            aliases=("manager", "manager email", "supervisor", "上级", "主管", "上级邮箱", "上司", "管理者", "상사", "관리자"),
        ),
        Field("is_active", _("active"), FieldType.BOOLEAN, aliases=("active", "在职", "有効", "在籍", "재직", "활성")),
    )  # fmt: skip
    checks = (RowCheck("OWN_MANAGER", "manager", "v.manager = v.email", _("Nobody reports to herself.")),)
    messages = {
        "SUPERUSER": _("Only a superuser changes a superuser's account."),
        "OWN_ACCOUNT": _("You cannot close your own account."),
        "STAFF_CODE_TAKEN": _("The staff number “%(value)s” belongs to somebody else."),
    }
    shared_codes = frozenset({"STAFF_CODE_TAKEN"})

    def extra_checks(self, batch: Batch) -> Iterable[tuple[str, Sequence[Any]]]:
        yield (
            f"SELECT c.row, 'staff_code', 'STAFF_CODE_TAKEN', c.staff_code FROM {batch.checked} c "
            "WHERE c.verdict IN ('N', 'C') AND c.staff_code IS NOT NULL AND (EXISTS (SELECT FROM accounts_user u "
            "WHERE u.staff_code = c.staff_code AND u.id IS DISTINCT FROM c.target_id) OR EXISTS (SELECT FROM "
            f"{batch.checked} d WHERE d.staff_code = c.staff_code AND d.row <> c.row AND d.verdict <> 'R'))",
            [],
        )
        if batch.user is None:
            return
        yield (
            f"SELECT c.row, 'is_active', 'OWN_ACCOUNT', '' FROM {batch.checked} c "
            "WHERE c.verdict = 'C' AND c.target_id = %s AND NOT c.is_active",
            [batch.user.pk],
        )
        if not batch.user.is_superuser:
            yield (
                f"SELECT c.row, 'email', 'SUPERUSER', c.email FROM {batch.checked} c "
                "JOIN accounts_user u ON u.id = c.target_id WHERE c.verdict = 'C' AND u.is_superuser",
                [],
            )

    def after_apply(self, cursor: CursorWrapper, batch: Batch) -> None:
        # A password that opens nothing, as User.set_unusable_password writes it.
        cursor.execute(
            "UPDATE accounts_user u SET password = '!' || md5(random()::text) || left(md5(random()::text), 8) "
            f"FROM {batch.checked} c WHERE c.verdict = 'N' AND u.id = c.target_id"
        )
        cursor.execute(f"SELECT target_id FROM {batch.checked} WHERE verdict IN ('N', 'C')")
        for user in User.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]):
            vouch_for_email(user)

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        # The vouched address leads to the account and would keep it.
        cursor.execute(
            f"DELETE FROM account_emailaddress a USING {batch.checked} c, accounts_user u "
            "WHERE c.verdict = 'N' AND u.id = c.target_id AND a.user_id = u.id AND u.last_login IS NULL"
        )
        return super().undo(cursor, batch)


@register
class AssignmentImporter(Importer):
    key = "assignments"
    label = _("Territory assignments")
    description = _("Who works which territory, in which role, from when until when.")
    order = 14
    icon = "user-check"
    model = TerritoryAssignment
    keys = (("user", "territory", "role", "since"),)
    rights = (Right.IMPORT, Right.MANAGE_TERRITORIES)
    skips_repetitions = True
    fields = (
        Field(
            "user", _("user"), FieldType.LOOKUP, required=True, example="li.na@example.com",
            lookup=Lookup("accounts_user", keys=("email", "staff_code")),
            aliases=("e-mail", "email", "staff number", "rep", "employee", "sales representative", "业务员", "员工",
                     "邮箱", "担当者", "営業担当", "社員", "メール", "담당자", "영업 담당자", "이메일", "사번"),
        ),
        Field(
            "territory", _("sales territory"), FieldType.LOOKUP, required=True, example="CN-EAST-1",
            lookup=Lookup("accounts_territory", keys=("code", "name"), where="active"),
            aliases=("territory", "territory code", "region", "区域", "销售区域", "地域", "エリア", "販売地域", "지역",
                     "판매 지역"),
        ),
        Field(
            "role", _("role"), FieldType.CHOICE, required=True, choices=Role, default=Role.REPRESENTATIVE.value,
            synonyms={"rep": "REPRESENTATIVE", "sales": "REPRESENTATIVE", "业务员": "REPRESENTATIVE",
                      "営業": "REPRESENTATIVE", "영업": "REPRESENTATIVE", "经理": "MANAGER", "マネージャー": "MANAGER",
                      "관리자": "MANAGER"},
            aliases=("角色", "職務", "役割", "역할"),
        ),
        Field(
            "since", _("from"), FieldType.DATE, required=True, there="lower(t.period)", example="2026-01-01",
            aliases=("since", "start", "start date", "valid from", "开始日期", "起始日期", "生效日期", "開始日", "시작일"),
        ),
        Field(
            "until", _("last day"), FieldType.DATE, there="upper(t.period)", stored="({value} + 1)",
            aliases=("until", "end", "end date", "valid until", "结束日期", "截止日期", "終了日", "종료일"),
        ),
        Field("note", _("note"), aliases=("remark", "备注", "備考", "비고")),
    )  # fmt: skip
    checks = (RowCheck("ENDS_BEFORE", "until", "v.until < v.since", _("“%(value)s” is before the first day.")),)
    scopes = (TerritoryScope("territory", "l_territory.id"),)
    messages = {
        "MAY_NOT_GRANT": _("You may not give this role here: it may do more than you may."),
        "OWN_TERRITORY": _("Nobody gives herself a territory. Ask a colleague who may."),
        "OVERLAP": _("The same person has this role in this territory already for a part of this time."),
    }
    shared_codes = frozenset({"OVERLAP"})

    def extra_checks(self, batch: Batch) -> Iterable[tuple[str, Sequence[Any]]]:
        period = "daterange({0}.since, {0}.until)"
        same = "{0}.user_id = c.user AND {0}.territory_id = c.territory AND {0}.role = c.role"
        yield (
            f"""
            SELECT c.row, 'since', 'OVERLAP', c.since::text FROM {batch.checked} c
             WHERE c.verdict IN ('N', 'C') AND (
                   EXISTS (SELECT FROM accounts_territoryassignment a
                            WHERE {same.format("a")} AND a.period && {period.format("c")}
                              AND lower(a.period) IS DISTINCT FROM c.since)
                OR EXISTS (SELECT FROM {batch.checked} d
                            WHERE d.user = c.user AND d.territory = c.territory AND d.role = c.role
                              AND d.row <> c.row AND d.verdict <> 'R' AND NOT d.repeated
                              AND {period.format("d")} && {period.format("c")}))
            """.replace("c.user", 'c."user"').replace("d.user", 'd."user"'),
            [],
        )
        if batch.user is None or batch.user.is_superuser:
            return
        scope = scope_of(batch.user, on=batch.on)
        for role in Role:
            allowed = [pk for pk in scope.territory_ids if may_grant(scope, role, pk)]
            yield (
                f"SELECT row, 'role', 'MAY_NOT_GRANT', role FROM {batch.checked} "
                "WHERE verdict IN ('N', 'C') AND role = %s AND territory <> ALL (%s)",
                [role.value, allowed],
            )
        yield (
            f"SELECT row, 'user', 'OWN_TERRITORY', '' FROM {batch.checked} "
            "WHERE verdict IN ('N', 'C') AND \"user\" = %s",
            [batch.user.pk],
        )

    def apply(self, cursor: CursorWrapper, batch: Batch) -> Written:
        cursor.execute(
            "INSERT INTO accounts_territoryassignment (user_id, territory_id, role, period, note) "
            f"SELECT \"user\", territory, role, daterange(since, until), coalesce(note, '') FROM {batch.checked} "
            "WHERE verdict = 'N' ORDER BY row"
        )
        new = cursor.rowcount
        cursor.execute(f"SELECT count(*) FROM {batch.checked} WHERE verdict = 'C'")
        expected = cursor.fetchone()[0]
        cursor.execute(
            f"UPDATE accounts_territoryassignment t SET period = daterange(c.since, c.until), note = c.note "
            f"FROM {batch.checked} c WHERE c.verdict = 'C' AND t.id = c.target_id AND c.old = {old_columns(batch)}",
            [],
        )
        if cursor.rowcount != expected:
            raise Outdated
        keep_ids(cursor, batch)
        return Written(new=new, changed=expected)

    def undo(self, cursor: CursorWrapper, batch: Batch) -> Written:
        found = mark(cursor, batch)
        until = "(c.old ->> 'until')::date" if batch.mapping.fills("until") else "upper(t.period)"
        cursor.execute(
            f"UPDATE accounts_territoryassignment t SET period = daterange(lower(t.period), {until}), "
            f"note = coalesce(c.old ->> 'note', t.note) FROM {batch.checked} c "
            "WHERE c.undone AND c.verdict = 'C' AND t.id = c.target_id"
        )
        cursor.execute(
            f"DELETE FROM {quoted(self.table)} t USING {batch.checked} c "
            "WHERE c.undone AND c.verdict = 'N' AND t.id = c.target_id"
        )
        return found
