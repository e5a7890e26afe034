"""Days and orders of visits: dataclasses in, dataclasses out; no Django, and no clock but the time a search may take."""
