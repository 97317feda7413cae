package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.CAROL;
import static io.hawser.bench.chaos.check.Story.CAROLS_PC;
import static io.hawser.bench.chaos.check.Story.CAROLS_PHONE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import org.junit.jupiter.api.Test;

/** What comes, and too late. */
final class LatenessTest {
    @Test
    void whatComesLateThoughNothingIsBrokenIsNoticed() {
        Story late = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .secondsPass(31)
                .delivered(PHONE, "one", 1);
        assertBroken(late, Kind.LATE, "one", "phone");
    }

    @Test
    void whatIsLateIsWhatTheRunWasToldIsLate() {
        Story late = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .secondsPass(6)
                .delivered(PHONE, "one", 1);
        assertThat(late.verdict().violations()).isEmpty();
        assertBroken(late.lateAfterSeconds(5), Kind.LATE, "one", "phone");
    }

    @Test
    void whatComesLateWhileSomethingIsBrokenOrSoonAfterIsExcused() {
        Story during = new Story()
                .struck("saver-paused")
                .told(ALICE, "one")
                .secondsPass(100)
                .delivered(PHONE, "one", 1)
                .healed()
                .secondsPass(29)
                .delivered(TABLET, "one", 1);
        assertThat(during.verdict().violations()).isEmpty();
    }

    @Test
    void whatComesLateToADeviceThatWasAwayIsExcused() {
        Story away = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .closed(PHONE, 0)
                .secondsPass(100)
                .bound(PHONE)
                .delivered(PHONE, "one", 1);
        assertThat(away.verdict().violations()).isEmpty();
    }

    @Test
    void whatStaysThroughSeveralQuietTimesIsLateByAllOfThem() {
        Story late = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .secondsPass(16)
                .struck("saver-killed")
                .secondsPass(100)
                .healed()
                .secondsPass(16)
                .struck("room-killed")
                .delivered(PHONE, "one", 1)
                .healed();
        assertBroken(late, Kind.LATE, "one", "phone", "132.0 s", "32.0 s of which");
    }

    @Test
    void aDeviceThatComesAndGoesHasTheTimeInWhichItIsThere() {
        Story often = new Story().told(ALICE, "one").delivered(TABLET, "one", 1);
        for (int i = 0; i < 4; i++) {
            often.secondsPass(8).closed(PHONE, 0).secondsPass(20).bound(PHONE);
        }
        assertBroken(often.delivered(PHONE, "one", 1), Kind.LATE, "one", "phone", "32.0 s of which");
    }

    @Test
    void aDeviceThatIsNotBoundForLongIsThereAllTheSame() {
        Story back = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .closed(PHONE, 0)
                .state(PHONE, "CONNECTING")
                .secondsPass(31)
                .bound(PHONE)
                .delivered(PHONE, "one", 1);
        assertBroken(back, Kind.LATE, "one", "phone");
    }

    @Test
    void aDeviceThatWasKilledIsAwayUntilItsNextLife() {
        Story killed = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .crashed(PHONE)
                .secondsPass(100)
                .state(PHONE, "CONNECTING")
                .delivered(PHONE, "one", 1);
        assertThat(killed.verdict().violations()).isEmpty();
    }

    @Test
    void aDeviceThatStandsStillIsAwayAndThereAgainWhenItGoesOn() {
        Story still = new Story()
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .paused(PHONE)
                .secondsPass(100)
                .resumed(PHONE)
                .secondsPass(29)
                .delivered(PHONE, "one", 1);
        assertThat(still.verdict().violations()).isEmpty();
        Story goesOn = new Story()
                .paused(PHONE)
                .resumed(PHONE)
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .secondsPass(31)
                .delivered(PHONE, "one", 1);
        assertBroken(goesOn, Kind.LATE, "one", "phone");
    }

    @Test
    void ofAMailboxThatIsSharedAMessageIsLateIfSomebodyWasThere() {
        Story story = new Story()
                .bound(CAROLS_PHONE)
                .told(CAROL, "one")
                .secondsPass(16)
                .bound(CAROLS_PC)
                .endedByThePlatform(CAROLS_PHONE)
                .secondsPass(16)
                .delivered(CAROLS_PC, "one", 1);
        assertBroken(story, Kind.LATE, "one", "carol/pc");
    }

    @Test
    void whatHadNotComeWhenTheNextFaultWasDueIsNoticed() {
        assertBroken(new Story().struck("room-killed").healed().overdue(), Kind.OVERDUE, "fault 1, room-killed");
    }
}
