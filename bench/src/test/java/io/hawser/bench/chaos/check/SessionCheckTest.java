package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Story.CAROL;
import static io.hawser.bench.chaos.check.Story.CAROLS_PC;
import static io.hawser.bench.chaos.check.Story.CAROLS_PHONE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Audience;
import org.junit.jupiter.api.Test;

/** Which device reads a mailbox, and what those that share one are owed. */
final class SessionCheckTest {
    @Test
    void twoLiveSessionsOfAnEndpointAreNoticedAndNoneIs() {
        assertBroken(new Story().bound(PHONE).sessions(PHONE, 2), Kind.SECOND_SESSION, "has 2");
        assertBroken(new Story().sessions(PHONE, 0), Kind.NO_SESSION, "phone");
    }

    @Test
    void aSessionOfADeviceThatIsNotThereIsNoticed() {
        assertBroken(new Story().sessions(PHONE, 1), Kind.NO_SESSION, "alice/phone", "not bound");
        Story ghost = new Story().bound(CAROLS_PC).sessions(CAROLS_PHONE, 1).sessions(CAROLS_PC, 0);
        assertBroken(ghost, Kind.NO_SESSION, "carol/phone has it", "not bound");
    }

    @Test
    void ofDevicesThatShareAMailboxOneHasASession() {
        Story story = new Story()
                .bound(CAROLS_PHONE)
                .bound(CAROLS_PC)
                .sessions(CAROLS_PHONE, 1)
                .sessions(CAROLS_PC, 0);
        assertThat(story.verdict().violations()).isEmpty();
        assertBroken(story.sessions(CAROLS_PC, 1), Kind.SECOND_SESSION, "carol/phone", "carol/pc", "has 2");
        assertBroken(
                new Story().sessions(CAROLS_PHONE, 0).sessions(CAROLS_PC, 0),
                Kind.NO_SESSION,
                "carol/phone",
                "carol/pc");
    }

    @Test
    void devicesThatAreBoundToOneMailboxTogetherAreNoticedUnlessItIsForAMoment() {
        Story moment =
                new Story().bound(CAROLS_PHONE).bound(CAROLS_PC).secondsPass(29).endedByThePlatform(CAROLS_PHONE);
        assertThat(moment.verdict().violations()).isEmpty();
        assertThat(moment.verdict().count(Count.REPLACED)).isEqualTo(1);
        Story during = new Story()
                .bound(CAROLS_PHONE)
                .bound(CAROLS_PC)
                .struck("register-paused")
                .secondsPass(100)
                .healed()
                .endedByThePlatform(CAROLS_PHONE);
        assertThat(during.verdict().violations()).isEmpty();
        Story still =
                new Story().bound(CAROLS_PHONE).bound(CAROLS_PC).secondsPass(31).endedByThePlatform(CAROLS_PHONE);
        assertBroken(still, Kind.SECOND_SESSION, "carol/phone", "carol/pc", "31.0 s");
        Story apart = new Story().bound(PHONE).bound(TABLET).secondsPass(100).closed(PHONE, 0);
        assertThat(apart.verdict().violations()).isEmpty();
    }

    @Test
    void aClientThatIsEndedForGoodWithoutBeingReplacedIsNoticed() {
        assertBroken(new Story().bound(PHONE).endedByThePlatform(PHONE), Kind.ENDED_WRONGLY, "alice/phone");
        Story alone = new Story().bound(CAROLS_PHONE).endedByThePlatform(CAROLS_PHONE);
        assertBroken(alone, Kind.ENDED_WRONGLY, "carol/phone");
        Story gone = new Story()
                .bound(CAROLS_PC)
                .closed(CAROLS_PC, 0)
                .bound(CAROLS_PHONE)
                .endedByThePlatform(CAROLS_PHONE);
        assertBroken(gone, Kind.ENDED_WRONGLY, "carol/phone");
        Story forAnotherCause = new Story().bound(CAROLS_PHONE).bound(CAROLS_PC);
        assertBroken(
                forAnotherCause.endedByThePlatform(CAROLS_PHONE, "BANNED"),
                Kind.ENDED_WRONGLY,
                "carol/phone",
                "BANNED");
        Story byOneThatWasBeingClosed = new Story()
                .bound(CAROLS_PC)
                .bound(CAROLS_PHONE)
                .leaving(CAROLS_PC)
                .endedByThePlatform(CAROLS_PHONE)
                .closed(CAROLS_PC, 0);
        assertThat(byOneThatWasBeingClosed.verdict().violations()).isEmpty();
        Story byOneThatWasClosedBeforeItSaidAWord = new Story()
                .bound(CAROLS_PC)
                .closed(CAROLS_PC, 0)
                .bound(CAROLS_PHONE)
                .leaving(CAROLS_PC)
                .endedByThePlatform(CAROLS_PHONE)
                .closed(CAROLS_PC, 0);
        assertThat(byOneThatWasClosedBeforeItSaidAWord.verdict().violations()).isEmpty();
        Story closed = new Story().bound(PHONE).closed(PHONE, 0);
        assertThat(closed.verdict().violations()).isEmpty();
    }

    @Test
    void ofAMailboxThatIsSharedAMessageIsOwedToOneOfItsDevices() {
        Story story = new Story().told(CAROL, "one");
        assertBroken(story, Kind.LOST, "one", "any of", "carol/phone", "carol/pc");
        assertThat(story.isComplete(Long.MAX_VALUE)).isFalse();
        story.delivered(CAROLS_PC, "one", 1);
        assertThat(story.isComplete(Long.MAX_VALUE)).isTrue();
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.verdict().count(Count.OWED)).isEqualTo(1);
        story.delivered(CAROLS_PHONE, "one", 1);
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.verdict().count(Count.DELIVERED)).isEqualTo(1);
        assertThat(story.verdict().count(Count.DELIVERED_TO_ANOTHER_DEVICE)).isEqualTo(1);
        assertBroken(story.delivered(CAROLS_PHONE, "one", 1), Kind.DUPLICATED, "carol/phone");
    }

    @Test
    void aBroadcastIsOwedToEveryDeviceThatSharesAMailbox() {
        Story story = new Story().told(Audience.all("shared"), "all").delivered(CAROLS_PC, "all", 0);
        assertBroken(story, Kind.LOST, "all", "carol/phone");
        assertThat(story.isComplete(Long.MAX_VALUE, CAROLS_PC)).isTrue();
        assertThat(story.isComplete(Long.MAX_VALUE, CAROLS_PC, CAROLS_PHONE)).isFalse();
        story.delivered(CAROLS_PHONE, "all", 0);
        assertThat(story.isComplete(Long.MAX_VALUE, CAROLS_PC, CAROLS_PHONE)).isTrue();
        assertThat(story.verdict().violations()).isEmpty();
    }
}
