"""What "otherwise" asks for: another duty in the opposite state, or something else if it never happens."""

from __future__ import annotations

from dataclasses import replace

from lantern.language.ast import OneOf, Reach, Whenever
from lantern.language.grammar.phrases import Draft
from lantern.language.grammar.spread import meanwhile
from lantern.language.grammar.story import Story
from lantern.language.making import denied


def otherwise(story: Story, draft: Draft) -> bool:
    """Tell a clause that begins with "otherwise" after one with a condition; False if that makes no sense.

    "If the sun shines, the screen must be closed; otherwise it must be open" speaks of every step. "If you
    ever step on lava, never ...; otherwise reach the goal" asks for the goal where no lava was stepped on.
    """
    head = story.head
    if head is None or not head.rules:
        return False
    if "neutral" in draft.marks:
        return True  # "otherwise it need not be opened"
    if head.under is not None:
        duty = {"bare"} if "be" in draft.marks else set()
        told = replace(draft, marks=(draft.marks - {"other_time"}) | duty)
        found = meanwhile(replace(head, under=denied(head.under)), told, story)
        story.rules += found
        return bool(found)
    triggers = {rule.trigger for rule in head.rules if isinstance(rule, Whenever) and rule.direction == "if"}
    alone = draft.goal is not None and not draft.rules and not draft.avoid and draft.after is None
    if len(triggers) != 1 or not alone or "if" not in head.marks or story.stages or draft.goal is None:
        return False
    story.stages.append([OneOf((Reach(triggers.pop()), draft.goal))])
    return True
