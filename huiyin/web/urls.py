"""Addresses of the pages: the first page and the desk; the customer's pages stand in `portal`."""

from django.urls import include, path

from . import auth, front
from .desk import cases, files, import_maps, imports, inbox, incidents, new_case, notices, search, visits, wording

urlpatterns = [
    path("", front.front, name="front"),
    path("login/", auth.login, name="login"),
    path("logout/", auth.logout, name="logout"),
    path("language/", auth.set_language, name="set_language"),
    path("account/", auth.account, name="account"),
    path("inbox/", inbox.home, name="inbox_home"),
    path("inbox/<slug:view>/", inbox.inbox, name="inbox"),
    path("search/", search.search, name="search"),
    path("visits/", visits.queue, name="visits"),
    path("imports/", imports.every, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/maps/", import_maps.maps, name="import_maps"),
    path("imports/maps/<int:pk>/", import_maps.rename, name="import_map"),
    path("imports/maps/<int:pk>/delete/", import_maps.delete, name="import_map_delete"),
    path("imports/<int:pk>/", imports.one_import, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:pk>/preview/", imports.look, name="import_preview"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/failed.csv", imports.failed, name="import_failed"),
    path("imports/<int:pk>/cases/", imports.its_cases, name="import_cases"),
    path("incidents/", incidents.listing, name="incidents"),
    path("incidents/new/", incidents.new, name="incident_new"),
    path("incidents/<int:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<int:incident_id>/<slug:act>/", incidents.act, name="incident_act"),
    path("notices/", notices.listing, name="notices"),
    path("notices/seen/", notices.seen, name="notices_seen"),
    path("words/", wording.words, name="words"),
    path("words/check/", wording.check, name="words_check"),
    path("cases/new/", new_case.new, name="case_new"),
    path("cases/<slug:number>/", cases.case, name="case"),
    path("cases/<slug:number>/tell/", cases.tell, name="case_tell"),
    path("cases/<slug:number>/files/<int:file_id>/", files.file, name="case_file"),
    path("cases/<slug:number>/words/", wording.beside_case, name="case_words"),
    path("cases/<slug:number>/acknowledge/", notices.acknowledge, name="case_acknowledge"),
    path("cases/<slug:number>/<slug:verb>/", cases.act, name="case_act"),
    path("settings/", include("huiyin.web.desk.settings")),
    path("", include("huiyin.web.portal")),
]
