"""The settings: what a manager changes while Huiyin runs."""

from django.urls import URLPattern, path

from . import calendars, calls, categories, history, levels, overview, people, sites

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="settings"),
    path("sites/", sites.sites, name="settings_sites"),
    path("sites/new/", sites.new_site, name="settings_site_new"),
    path("sites/<slug:code>/", sites.site, name="settings_site"),
    path("sites/<slug:code>/use/", sites.use_site, name="settings_site_use"),
    path("departments/", sites.departments, name="settings_departments"),
    path("departments/new/", sites.new_department, name="settings_department_new"),
    path("departments/<slug:code>/", sites.department, name="settings_department"),
    path("departments/<slug:code>/use/", sites.use_department, name="settings_department_use"),
    path("staff/", people.people, name="settings_people"),
    path("staff/new/", people.new_person, name="settings_person_new"),
    path("staff/<str:username>/", people.person, name="settings_person"),
    path("staff/<str:username>/use/", people.use_person, name="settings_person_use"),
    path("staff/<str:username>/password/", people.password, name="settings_person_password"),
    path("staff/<str:username>/tokens/<int:pk>/", people.token, name="settings_token"),
    path("levels/", levels.policies, name="settings_levels"),
    path("levels/<str:name>/", levels.policy, name="settings_policy"),
    path("levels/<str:name>/<int:number>/", levels.version, name="settings_version"),
    path("levels/<str:name>/<int:number>/take-up/", levels.take_up, name="settings_version_take_up"),
    path("levels/<str:name>/<int:number>/withdraw/", levels.withdraw, name="settings_version_withdraw"),
    path("calendars/", calendars.calendars, name="settings_calendars"),
    path("calendars/new/", calendars.new_calendar, name="settings_calendar_new"),
    path("calendars/<slug:code>/", calendars.calendar, name="settings_calendar"),
    path("holidays/<int:year>/", calendars.year, name="settings_year"),
    path("categories/", categories.categories, name="settings_categories"),
    path("categories/new/", categories.new_category, name="settings_category_new"),
    path("categories/<int:pk>/", categories.category, name="settings_category"),
    path("categories/<int:pk>/use/", categories.use_category, name="settings_category_use"),
    path("calls/", calls.calls, name="settings_calls"),
    path("calls/new/", calls.new_call, name="settings_call_new"),
    path("calls/<int:pk>/", calls.call, name="settings_call"),
    path("calls/<int:pk>/remove/", calls.remove_call, name="settings_call_remove"),
    path("history/", history.entries, name="settings_history"),
    path("history/<int:pk>/restore/", history.restore, name="settings_restore"),
]
