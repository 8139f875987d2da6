"""Slack's payloads as pydantic models."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

__all__ = ["OptionsRequest", "PaymentForm", "SlashCommand", "ValidationError"]


class SlashCommand(BaseModel):
    model_config = ConfigDict(extra="ignore")

    command: str
    text: str = ""
    user_id: str
    channel_id: str
    trigger_id: str


class OptionsRequest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    action_id: str
    block_id: str
    value: str = ""


class PaymentForm(BaseModel):
    payment_id: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")
    event: str = Field(min_length=1)
    patron: str = Field(min_length=1)
    amount: Decimal = Field(gt=0, le=100_000, decimal_places=2)
    method: str = Field(min_length=1)
    notes: str = Field(default="", max_length=500)

    @classmethod
    def from_view(cls, view: dict) -> "PaymentForm":
        values = {}
        for block_id, actions in view["state"]["values"].items():
            state = next(iter(actions.values()))
            picked = state.get("selected_option")
            values[block_id] = (picked or {}).get("value", "") if "selected_option" in state else state.get("value") or ""
        return cls(payment_id=view["private_metadata"], **values)
