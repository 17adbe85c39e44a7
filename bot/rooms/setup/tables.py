"""What a workspace sets for itself."""

from datetime import datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from bot.store.types import UTCDateTime


class OwnSetting(SQLModel, table=True):
    """A setting by the name of its environment variable, in the place of what the operator set.

    `value` is as the variable would hold it; empty where there shall be none.
    """

    __tablename__ = "workspace_settings"

    name: str = Field(sa_column=Column(String(64), primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))
    changed_by: str = Field(sa_column=Column(String(32), nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
