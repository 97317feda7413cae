package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Broken.toBoth;
import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.ALL;
import static io.hawser.bench.chaos.check.Story.BOB;
import static io.hawser.bench.chaos.check.Story.CAROL;
import static io.hawser.bench.chaos.check.Story.NAMESAKE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.RED;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Endpoint;
import org.junit.jupiter.api.Test;

/** Each promise to those who are sent to, kept and broken. */
final class CheckerTest {
    private static final Endpoint STRANGER = new Endpoint("app", "mallory", "phone");

    @Test
    void aRunInWhichEverythingCameOnceAndInOrderIsGreen() {
        Verdict verdict = toBoth("one", "two")
                .told(ALL, "all")
                .delivered(PHONE, "all", 0)
                .delivered(TABLET, "all", 0)
                .delivered(BOB, "all", 0)
                .queued(PHONE, "up")
                .stored(PHONE, "up", "")
                .taken(PHONE, "up", "w1")
                .bound(PHONE)
                .sessions(PHONE, 1)
                .closed(PHONE, 3)
                .verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.isGreen()).isTrue();
        assertThat(verdict.count(Count.ACCEPTED)).isEqualTo(3);
        assertThat(verdict.count(Count.OWED)).isEqualTo(7);
        assertThat(verdict.count(Count.DELIVERED)).isEqualTo(7);
        assertThat(verdict.count(Count.WIRE_DUPLICATES)).isEqualTo(3);
        assertThat(verdict.count(Count.UPLINKS_TAKEN)).isEqualTo(1);
    }

    @Test
    void anAcceptedMessageThatOneDeviceNeverHadIsLost() {
        assertBroken(new Story().told(ALICE, "one").delivered(PHONE, "one", 1), Kind.LOST, "one", "tablet");
    }

    @Test
    void whatHasNoAnswerMayHaveComeOrNot() {
        Verdict verdict = new Story()
                .sent(ALICE, "came", "did not")
                .unknown("did not")
                .delivered(PHONE, "came", 1)
                .verdict();
        assertThat(verdict.isGreen()).isTrue();
        assertThat(verdict.count(Count.UNKNOWN)).isEqualTo(2);
        assertThat(verdict.count(Count.DELIVERED_THOUGH_UNKNOWN)).isEqualTo(1);
    }

    @Test
    void whatNobodySentIsNoticed() {
        assertBroken(new Story().delivered(PHONE, "forged", 1), Kind.NEVER_SENT, "forged");
    }

    @Test
    void whatCameBeforeItWasSentIsNoticed() {
        assertBroken(
                new Story()
                        .delivered(PHONE, "one", 1)
                        .delivered(TABLET, "one", 1)
                        .told(ALICE, "one"),
                Kind.NEVER_SENT,
                "one");
    }

    @Test
    void whatWasRefusedMustNotCome() {
        assertBroken(
                new Story().sent(ALICE, "one").refused("one").delivered(PHONE, "one", 1),
                Kind.REFUSED_YET_DELIVERED,
                "one");
    }

    @Test
    void aSecondTimeInOneLifeIsADuplicate() {
        assertBroken(toBoth("one").delivered(PHONE, "one", 1), Kind.DUPLICATED, "one");
    }

    @Test
    void aFlagDoesNotExcuseASecondTimeInOneLife() {
        assertBroken(toBoth("one").redelivered(PHONE, "one", 1), Kind.DUPLICATED, "one");
    }

    @Test
    void theSameTextUnderAnotherSeqIsADuplicate() {
        assertBroken(toBoth("one").delivered(PHONE, "one", 2), Kind.DUPLICATED, "one");
    }

    @Test
    void theOneInHandAtACrashMayComeAgainFlagged() {
        Verdict verdict = toBoth("one", "two")
                .crashed(PHONE)
                .redelivered(PHONE, "two", 2)
                .told(ALICE, "three")
                .delivered(PHONE, "three", 3)
                .delivered(TABLET, "three", 3)
                .verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.REDELIVERED)).isEqualTo(1);
    }

    @Test
    void theOneInHandAtACrashHasToBeFlagged() {
        assertBroken(toBoth("one").crashed(PHONE).delivered(PHONE, "one", 1), Kind.DUPLICATED, "one");
    }

    @Test
    void theOneBeforeItMustNotComeAgain() {
        assertBroken(toBoth("one", "two").crashed(PHONE).redelivered(PHONE, "one", 1), Kind.DUPLICATED, "one");
    }

    @Test
    void aClientThatEndedInGoodOrderHasNothingInHand() {
        assertBroken(toBoth("one").closed(PHONE, 0).redelivered(PHONE, "one", 1), Kind.DUPLICATED, "one");
    }

    @Test
    void aLowerSeqAfterAHigherOneIsOutOfOrder() {
        Story story = new Story().sent(ALICE, "one", "two").accepted("one", "two");
        for (Endpoint endpoint : new Endpoint[] {PHONE, TABLET}) {
            story.delivered(endpoint, "two", 2).delivered(endpoint, "one", 1);
        }
        assertBroken(story, Kind.OUT_OF_ORDER, "one");
    }

    @Test
    void ofTwoThatWereUnderWayTogetherEitherMayBeFirst() {
        Story story = new Story().sent(ALICE, "one", "two").accepted("one", "two");
        for (Endpoint endpoint : new Endpoint[] {PHONE, TABLET}) {
            story.delivered(endpoint, "two", 1).delivered(endpoint, "one", 2);
        }
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void whatWasAcceptedBeforeTheOtherWasSentHasToBeFirst() {
        Story story = new Story().told(ALICE, "one", "two");
        for (Endpoint endpoint : new Endpoint[] {PHONE, TABLET}) {
            story.delivered(endpoint, "two", 1).delivered(endpoint, "one", 2);
        }
        assertBroken(story, Kind.OUT_OF_ORDER, "one", "after two");
    }

    @Test
    void aMessageForAnotherUserIsMisdelivered() {
        assertBroken(toBoth("one").delivered(BOB, "one", 1), Kind.MISDELIVERED, "bob");
    }

    @Test
    void aMessageForAnotherAppsUserOfTheSameNameIsMisdelivered() {
        assertBroken(toBoth("one").delivered(NAMESAKE, "one", 1), Kind.MISDELIVERED, "other/alice");
    }

    @Test
    void aMessageForSomebodyUnheardOfIsMisdelivered() {
        assertBroken(toBoth("one").delivered(STRANGER, "one", 1), Kind.MISDELIVERED, "mallory");
    }

    @Test
    void aGroupsBroadcastIsForItsMembersInTheAppAlone() {
        Story toMembers = new Story().told(RED, "red").delivered(PHONE, "red", 0);
        assertBroken(toMembers, Kind.LOST, "red", "bob");
        toMembers.delivered(BOB, "red", 0);
        assertThat(toMembers.verdict().violations()).isEmpty();
        assertBroken(toMembers.delivered(TABLET, "red", 0), Kind.MISDELIVERED, "tablet");
        assertBroken(toMembers.delivered(NAMESAKE, "red", 0), Kind.MISDELIVERED, "other/alice");
    }

    @Test
    void broadcastsComeOnceAndInNoOrder() {
        Story story = new Story().told(RED, "one", "two");
        for (Endpoint endpoint : new Endpoint[] {PHONE, BOB}) {
            story.delivered(endpoint, "two", 0).delivered(endpoint, "one", 0);
        }
        assertThat(story.verdict().violations()).isEmpty();
        assertBroken(story.delivered(BOB, "two", 0), Kind.DUPLICATED, "two");
    }

    @Test
    void aClientThatIsToldThatHistoryIsLostIsNoticed() {
        assertBroken(new Story().reset(PHONE), Kind.RESET, "reset from 5 to 3");
    }

    @Test
    void whatIsOwedIsCompleteWhenAllThatWasPromisedBeforeHasCome() {
        Story story = toBoth("one").queued(PHONE, "up").taken(PHONE, "up", "w");
        long before = story.nowNanos() + 1;
        assertThat(story.isComplete(before)).isTrue();
        story.told(ALICE, "two");
        assertThat(story.isComplete(before)).isTrue();
        assertThat(story.isComplete(Long.MAX_VALUE)).isFalse();
        story.delivered(PHONE, "two", 2).delivered(TABLET, "two", 2);
        assertThat(story.isComplete(Long.MAX_VALUE)).isTrue();
        assertThat(story.queued(BOB, "another").isComplete(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void anAppIsServedAgainWhenSomethingThatWasSentSinceIsAccepted() {
        Story story = toBoth("one").sent(CAROL, "meanwhile");
        long since = story.nowNanos();
        story.told(ALICE, "two").told(Audience.all("other"), "three").accepted("meanwhile");
        assertThat(story.serves(since)).isFalse();
        assertThat(story.told(CAROL, "four").serves(since)).isTrue();
    }

    @Test
    void aProcessThatNobodyKilledDoesNotEnd() {
        assertThat(new Story().instance("room-1", 2, 2, 0, 1_000).verdict().violations())
                .isEmpty();
        assertBroken(new Story().instance("room-1", 2, 3, 0, 1_000), Kind.DIED, "room-1", "3 times", "2 times");
        assertThat(new Story().instance("mariadb", 0, 1, 0, 0).verdict().violations())
                .as("a store's own matter")
                .isEmpty();
    }

    @Test
    void aProcessStaysWithinItsMemory() {
        Story within = new Story().instance("room-1", 0, 0, 1_000, 1_000).instance("redis", 0, 0, 1_000_000, 0);
        assertThat(within.verdict().violations()).isEmpty();
        assertBroken(new Story().instance("room-1", 0, 0, 1_001, 1_000), Kind.TOO_BIG, "room-1", "1,001", "1,000");
    }

    @Test
    void eachTextIsSentOnce() {
        Story twice = new Story().sent(ALICE, "one", "one");
        assertThatThrownBy(twice::verdict)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text: one (expected: sent once in a run)");
    }

    @Test
    void ofManyViolationsSomeAreToldAndAllAreCounted() {
        Story story = new Story();
        for (int i = 0; i < 300; i++) {
            story.delivered(PHONE, "forged-" + i, i + 1);
        }
        assertThat(story.verdict().found(Kind.NEVER_SENT)).isEqualTo(300);
        assertThat(story.verdict().violations()).hasSize(100);
    }
}
