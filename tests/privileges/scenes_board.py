"""The boarding list and the passenger list: the actions of crew, and those of the office alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.conftest import last
from tests.builders import EID

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.privileges.film import Film


def play_boarding(film: Film) -> None:
    """Play both parts."""
    stage = film.stage
    stage.dana.command("/board", EID)
    stage.dana.form.close()
    stage.dana.command("/payment-status", EID)
    stage.dana.click(last(stage.dana), action_id=f"board_open.{EID}")
    _of_crew(film, stage.dana.form)
    stage.dana.form.close(everything=True)
    stage.olivia.command("/board", EID)
    _of_office(film, stage.olivia.form)
    stage.olivia.form.close(everything=True)


def _place(board: Modal, patron: str) -> str:
    """Return the block of a party's buttons."""
    ids = [str(each["block_id"]) for each in board.blocks]
    return next(each for each in ids if each.startswith(f"party_of.{patron}"))


def _chosen(board: Modal, patron: str, option: str) -> Modal | None:
    return board.click("board_menu", value=option, block_id=_place(board, patron))


def _of_crew(film: Film, board: Modal) -> None:
    dana = film.stage.dana
    board.click("board_check_in", block_id=_place(board, "cleo"))
    board.click("board_take_back", block_id=_place(board, "cleo"))
    board.click("board_refresh")
    film.press("action board_refresh", "board_page.next", '{"page": 0}')
    board.click("board_passengers")
    dana.form.click("print_passengers")
    film.press("action print_passengers", "passengers_page.next", '{"page": 0}')
    dana.form.close()
    _chosen(board, "ana", "Number of people…")
    dana.form.fill("party", "3").submit()
    with film.as_("no-show"):
        _chosen(board, "bo", "No-show…")
    dana.form.fill("reason", "ill").submit()
    board.click("board_let_aboard", block_id=_place(board, "dave"))
    dana.form.fill("reason", "pays later").submit()


def _of_office(film: Film, board: Modal) -> None:
    olivia = film.stage.olivia
    with film.as_("take off the roster"):
        _chosen(board, "pia", "Take off the roster…")
    olivia.form.fill("reason", "ill").submit()
    with film.as_("put back on the roster"):
        _chosen(board, "pia", "Put back")
    _chosen(board, "ana", "Number of people…")
    olivia.form.fill("party", "2")
    olivia.form.close()
    _chosen(board, "ana", "No-show…")
    with film.as_("with money"):
        olivia.form.choose("money", "Nothing").fill("reason", "ill").submit()
    board.click("board_cast_off")
    board.click("board_reopen")
    olivia.form.fill("reason", "one more").submit()
