"""The worker with a printer that prints nothing: what a submission costs it apart from the drawing and signing."""

from dataclasses import replace

from portal import logs
from portal.adapters.press import HandPress
from portal.ports_of_documents import Integrity, Level, PrintedDocument, Renderer, Signed, Signer
from portal.settings import Settings
from portal.wiring import wire
from portal.worker import make_runner, run


class NothingDrawn(Renderer):
    """Draws the shortest file that calls itself a PDF."""

    def render(self, document: PrintedDocument) -> bytes:
        return b"%PDF-1.7\n" + document.number.encode()


class NothingSigned(Signer):
    """Leaves the file as it is."""

    def sign(self, pdf: bytes) -> Signed:
        return Signed(pdf, Level.LTA)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return Signed(pdf, to)

    def check(self, pdf: bytes) -> Integrity:
        return Integrity.FOREIGN


def main() -> None:
    logs.set_up()
    settings = Settings()
    deps = replace(wire(settings), press=HandPress(NothingDrawn(), NothingSigned()))
    run(
        make_runner(
            deps,
            deps.store.engine,
            delays=settings.retry_delays,
            concurrency=settings.job_concurrency,
            polling=settings.job_polling,
        )
    )


if __name__ == "__main__":
    main()
