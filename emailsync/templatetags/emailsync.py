"""How the state of an e-mail and of a mailbox looks: the same glyph, hue and words on every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from common.templatetags.flux import status_words
from emailsync.models import State
from emailsync.words import state_look

register = template.Library()


@register.simple_tag
def mail_state(state: str, chip: bool = False) -> SafeString:
    """An e-mail's state as glyph and words."""
    glyph, family = state_look(state)
    return status_words(glyph, family, str(State(state).label), chip=chip, off=state == State.IGNORED)


@register.simple_tag
def mailbox_state(health: Any) -> SafeString:
    """A mailbox's state (emailsync.health.Health) as glyph and words."""
    return status_words(health.icon, health.family, health.words, chip=True)


@register.simple_tag
def sure(confidence: float) -> str:
    """A confidence in words: "98% sure"."""
    return f"{confidence:.0%} sure"
