package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Broken.toBoth;
import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import org.junit.jupiter.api.Test;

/** What senders are answered, and how much flows. */
final class SendCheckTest {
    @Test
    void aSendThatIsNotAcceptedThoughNothingIsBrokenIsUnavailability() {
        Story never = new Story().sent(ALICE, "one").secondsPass(31).unknown("one");
        assertBroken(never, Kind.UNAVAILABLE, "one", "UNKNOWN", "HTTP 503");
        Story tooMany = new Story().sent(ALICE, "one").secondsPass(31).refused("one");
        assertBroken(tooMany, Kind.UNAVAILABLE, "one", "REFUSED", "HTTP 429");
        Story late = new Story().sent(ALICE, "one").secondsPass(31).accepted("one");
        assertBroken(late, Kind.UNAVAILABLE, "one", "ACCEPTED");
        Story silent = new Story().sent(ALICE, "one").secondsPass(31).told(ALICE, "two");
        assertBroken(silent, Kind.UNAVAILABLE, "one", "never answered");
    }

    @Test
    void aSendThatIsNotAcceptedWhileSomethingIsBrokenIsNone() {
        Story broken = new Story()
                .sent(ALICE, "one")
                .secondsPass(14)
                .struck("mysql-down")
                .secondsPass(60)
                .healed()
                .secondsPass(15)
                .unknown("one");
        assertThat(broken.verdict().violations()).isEmpty();
        assertBroken(
                new Story()
                        .sent(ALICE, "one")
                        .secondsPass(14)
                        .struck("mysql-down")
                        .secondsPass(60)
                        .healed()
                        .secondsPass(17)
                        .unknown("one"),
                Kind.UNAVAILABLE,
                "one");
    }

    @Test
    void soIsARecallThatIsNotCarriedOutThoughNothingIsBroken() {
        Story asked = toBoth("one").recalling("one");
        assertBroken(
                asked.secondsPass(31).recalled("one", 503, false),
                Kind.UNAVAILABLE,
                "one was asked for back",
                "HTTP 503");
        Story never = toBoth("one").recalling("one").secondsPass(31).told(ALICE, "two");
        assertBroken(never, Kind.UNAVAILABLE, "one was asked for back", "never answered");
        Story broken = toBoth("one")
                .recalling("one")
                .struck("mysql-down")
                .secondsPass(60)
                .healed()
                .recalled("one", 503, false);
        assertThat(broken.verdict().violations()).isEmpty();
    }

    @Test
    void noFaultIsAReasonToRefuseWhatIsRight() {
        for (int status : new int[] {400, 401, 403, 404, 409, 412, 413}) {
            Story wrong = new Story().struck("saver-killed").sent(ALICE, "one").refusedAs(status, "one");
            assertBroken(wrong, Kind.REFUSED_WRONGLY, "one", "HTTP " + status);
        }
        assertThat(new Story().sent(ALICE, "one").refused("one").verdict().isGreen())
                .isTrue();
    }

    @Test
    void theSameAgainIsNoConflict() {
        assertBroken(toBoth("one").repeated("one", 409, 0), Kind.REFUSED_WRONGLY, "one", "sent again", "409");
        Verdict unheard =
                toBoth("one").repeated("one", 503, 0).repeated("one", 0, 0).verdict();
        assertThat(unheard.violations()).isEmpty();
    }

    @Test
    void theSameAgainHasTheSameSeq() {
        Story story = new Story()
                .sent(ALICE, "one")
                .acceptedAs(7, "one")
                .delivered(PHONE, "one", 7)
                .delivered(TABLET, "one", 7)
                .repeated("one", 200, 7);
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.verdict().count(Count.REPEATS_ACCEPTED)).isEqualTo(1);
        assertThat(story.verdict().count(Count.SEQS_COMPARED)).isEqualTo(2);
        assertBroken(story.repeated("one", 200, 8), Kind.OTHER_SEQ, "one", "seq 7", "seq 8");
    }

    @Test
    void whatIsAcceptedForAUserHasANumber() {
        assertBroken(new Story().sent(ALICE, "one").acceptedAs(0, "one"), Kind.OTHER_SEQ, "one", "no seq");
        Story again = new Story().sent(ALICE, "one").acceptedAs(7, "one");
        assertBroken(again.repeated("one", 200, 0), Kind.OTHER_SEQ, "one", "no seq", "sent again");
        Story broadcast =
                new Story().sent(Story.RED, "red").acceptedAs(0, "red").repeated("red", 200, 0);
        assertThat(broadcast.verdict().found(Kind.OTHER_SEQ)).isZero();
    }

    @Test
    void whatComesUnderAnotherSeqThanItsSenderWasToldIsNoticed() {
        Story story = new Story()
                .sent(ALICE, "one")
                .acceptedAs(7, "one")
                .delivered(PHONE, "one", 7)
                .delivered(TABLET, "one", 8);
        assertBroken(story, Kind.OTHER_SEQ, "one", "tablet", "seq 8", "seq 7");
    }

    @Test
    void aRunInWhichHardlyAnythingFlowedIsNoProof() {
        Story story = toBoth("one")
                .queued(PHONE, "up")
                .taken(PHONE, "up", "w")
                .secondsPass(10)
                .told(ALICE, "two")
                .delivered(PHONE, "two", 2)
                .delivered(TABLET, "two", 2);
        assertThat(story.verdict(new Floor(0.1, 0.05, 0)).violations()).isEmpty();
        Verdict verdict = story.verdict(new Floor(0.5, 0.3, 0));
        assertThat(verdict.violations())
                .allMatch(violation -> violation.kind() == Kind.TOO_LITTLE)
                .extracting(Violation::what)
                .satisfiesExactly(
                        accepted -> assertThat(accepted).startsWith("accepted: 2 (expected: 6 at the least"),
                        delivered -> assertThat(delivered).startsWith("delivered: 4 (expected: 6 at the least"),
                        uplinks -> assertThat(uplinks).startsWith("uplinks taken: 1 (expected: 4 at the least"));
    }

    @Test
    void aRunInWhichNothingFlowedIsNone() {
        Verdict verdict = new Story().verdict(new Floor(0.2, 0.1, 0.1));
        assertThat(verdict.found(Kind.TOO_LITTLE)).isEqualTo(3);
    }
}
