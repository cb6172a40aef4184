"""Sentences about a plan as the panel shows them: what they name leads to it."""

from urllib.parse import quote

from markupsafe import Markup

from tileplan.kernel.words import Text, say
from tileplan.planning.translate.naming import LotName, OrderName
from tileplan.web.language import translated


def leading(text: str, *, to_orders: bool) -> Markup:
    """A sentence in the reader's language in which lots, and orders if asked, lead to themselves."""
    if isinstance(text, Text) and text.msgid:
        parts = {
            name: leading(part, to_orders=to_orders) if isinstance(part, str) else part
            for name, part in text.params.items()
        }
        sentence = Markup.escape(translated(say(text.msgid)))
        return sentence % parts if parts else sentence
    if isinstance(text, LotName):
        lot = Markup('<button type="button" class="link" data-lot="{0}">{0}</button>')
        return lot.format(str(text))
    if isinstance(text, OrderName) and to_orders:
        number = quote(text.rpartition("/")[0], safe="")
        return Markup('<a href="/orders/{}">{}</a>').format(number, str(text))
    return Markup.escape(text)
