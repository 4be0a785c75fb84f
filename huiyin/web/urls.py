"""Addresses of the pages: the first page and the desk; the customer's pages stand in `portal`."""

from django.urls import include, path

from . import auth, front
from .desk import cases, files, inbox, new_case, search, visits

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
    path("cases/new/", new_case.new, name="case_new"),
    path("cases/<slug:number>/", cases.case, name="case"),
    path("cases/<slug:number>/tell/", cases.tell, name="case_tell"),
    path("cases/<slug:number>/files/<int:file_id>/", files.file, name="case_file"),
    path("cases/<slug:number>/<slug:verb>/", cases.act, name="case_act"),
    path("", include("huiyin.web.portal")),
]
