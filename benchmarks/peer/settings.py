"""Environment of the peer, validated with pydantic."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=str.upper)

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr
    slack_api_url: str = "https://slack.com/api/"
    events_table: str
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    timezone: str = "America/Los_Angeles"
    payment_methods: list[str] = ["cash", "venmo", "zelle", "card", "check", "other"]

    @field_validator("payment_methods", mode="before")
    @classmethod
    def split(cls, value):
        return value.split(",") if isinstance(value, str) else value
