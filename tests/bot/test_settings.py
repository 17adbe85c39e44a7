"""Settings: each one missing or wrong is one clear line, and the start stops."""

import pytest

from bot.settings import Settings, SettingsError

WRONG = {
    "SLACK_BOT_TOKEN": ("abc", "xoxb-"),
    "SLACK_APP_TOKEN": ("xoxb-1", "xapp-"),
    "SLACK_API_URL": ("slack.com", "https://"),
    "LAUREL_DATABASE_URL": ("mysql://x", "sqlite or postgresql"),
    "LAUREL_TIMEZONE": ("Mars/Olympus", "no such time zone"),
    "LAUREL_RETENTION_DAYS": ("99999999999", "less than or equal to 36500"),
    "LAUREL_SECRET": ("short", "16 characters"),
    "LAUREL_DESK_CHANNEL": ("#desk", "channel's id"),
    "LAUREL_FAQ_CHANNELS": ("C1, general", "channel's id"),
    "LAUREL_COMMUNITY_CHANNEL": ("#community", "channel's id"),
    "LAUREL_SOLUTION_EMOJI": ("a tick", "white_check_mark"),
    "LAUREL_QUIET_HOURS": ("late", "21:00-08:00"),
    "LAUREL_LOG_LEVEL": ("loud", "debug, info"),
    "LAUREL_SMTP_PORT": ("x", "integer"),
    "LAUREL_SMTP_TLS": ("maybe", "starttls"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_in_one_line_with_what_to_write(name: str) -> None:
    value, cure = WRONG[name]
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: value})
    [line] = caught.value.lines
    assert line.startswith(f"{name}: ")
    assert cure in line


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: value for name, (value, _) in WRONG.items()})
    assert len(caught.value.lines) == len(WRONG)


def test_a_secret_is_never_quoted_in_an_error() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"SLACK_BOT_TOKEN": "hush-hush", "LAUREL_SECRET": "tiny-secret"})
    assert "hush" not in str(caught.value)
    assert "tiny" not in str(caught.value)


def test_a_folder_of_zones_is_no_zone() -> None:
    with pytest.raises(SettingsError, match=r"LAUREL_TIMEZONE: .*no such time zone: America"):
        Settings.read({"LAUREL_TIMEZONE": "America"})


def test_what_is_printed_of_the_settings_shows_no_password() -> None:
    address = "postgresql://laurel:hush@db/laurel"
    read = Settings.read({"LAUREL_DATABASE_URL": address, "LAUREL_RECORDS": "https://user:hush@records"})
    assert "hush" not in repr(read)
    assert read.database_url == address


def test_what_serving_needs_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({}).check_serving()
    assert [line.split()[0] for line in caught.value.lines] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]


def test_socket_mode_needs_no_signing_secret() -> None:
    Settings.read({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}).check_serving()


def test_an_empty_setting_is_one_not_made() -> None:
    assert Settings.read({"LAUREL_DESK_CHANNEL": "", "SLACK_APP_TOKEN": " "}).desk_channel is None


def test_lists_are_read_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAUREL_FAQ_CHANNELS", "C0ONE, C0TWO")
    assert Settings.read(env_file=None).faq_channels == ("C0ONE", "C0TWO")


def test_settings_come_from_a_file_too(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    with open(".env", "w", encoding="utf-8") as file:  # noqa: PTH123 - the folder is the current one
        file.write("LAUREL_TIMEZONE=Europe/Kyiv\nSOMEBODY_ELSES=1\n")
    assert Settings.read().timezone == "Europe/Kyiv"


def test_without_any_secret_what_is_signed_cannot_be_guessed() -> None:
    import hashlib

    assert Settings.read({}).key != hashlib.sha256(b"laurel:").digest()
    assert Settings.read({}).key == Settings.read({}).key
