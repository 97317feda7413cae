package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Story.NAMESAKE;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Terms;
import org.junit.jupiter.api.Test;

/** What need not come, and what must not; and bodies that are pulled. */
final class TermsCheckTest {
    /** With one device. */
    private static final Audience USER = Audience.user("other", "alice");

    private static final Audience ALL_OF_IT = Audience.all("other");
    private static final Terms SHORT = Terms.ttl(1);
    private static final Terms KEY = Terms.collapse("key");
    private static final Terms NOTIFICATION = Terms.notification();

    @Test
    void whatHadATimeToLiveNeedNotComeOnceThatIsOver() {
        Story story = new Story()
                .told(USER, SHORT, "message")
                .told(ALL_OF_IT, SHORT, "broadcast")
                .secondsPass(1)
                .bound(NAMESAKE);
        Verdict verdict = story.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.EXPIRED)).isEqualTo(2);
        assertThat(verdict.count(Count.OWED)).isZero();
        assertThat(story.isComplete(Long.MAX_VALUE, NAMESAKE)).isTrue();
    }

    @Test
    void whatHasTimeLeftHasToCome() {
        Story story = new Story()
                .told(USER, Terms.ttl(3_600), "message")
                .secondsPass(3_590)
                .bound(NAMESAKE);
        assertThat(story.isComplete(Long.MAX_VALUE)).isFalse();
        assertBroken(story, Kind.LOST, "message to");
        assertThat(story.secondsPass(10).bound(NAMESAKE).verdict().violations()).isEmpty();
        assertThat(story.isComplete(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void whatHasWorthForAMomentHasToComeToSomeOfThoseWhoAreThere() {
        Verdict verdict = shortLived(24, 5).verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.SHORT_LIVED)).isEqualTo(24);
        assertThat(verdict.count(Count.SHORT_LIVED_THAT_CAME)).isEqualTo(5);
        assertBroken(
                shortLived(24, 4),
                Kind.TOO_LITTLE,
                "short lived that came: 4 (expected: 5 at the least, of 24 whose device was there");
        assertThat(shortLived(19, 0).verdict().violations())
                .as("which is chance")
                .isEmpty();
    }

    @Test
    void whatHadNobodyToComeToOrWasSentUnderAFaultSaysNothingOfThose() {
        Story away = new Story().closed(NAMESAKE, 0);
        Story broken = new Story().struck("saver-paused");
        for (int i = 0; i < 30; i++) {
            away.told(USER, SHORT, "message " + i).secondsPass(1);
            broken.told(USER, SHORT, "message " + i).secondsPass(1);
        }
        assertThat(away.bound(NAMESAKE).verdict().count(Count.SHORT_LIVED)).isZero();
        assertThat(away.verdict().violations()).isEmpty();
        assertThat(broken.healed().verdict().violations()).isEmpty();
    }

    /** To a device that is there. */
    private static Story shortLived(int sent, int came) {
        Story story = new Story().bound(NAMESAKE);
        for (int i = 0; i < sent; i++) {
            story.told(USER, SHORT, "message " + i);
            if (i < came) {
                story.delivered(NAMESAKE, "message " + i, i + 1);
            }
            story.secondsPass(1);
        }
        return story.bound(NAMESAKE);
    }

    @Test
    void whoCameWhenItsTimeWasOverMustNotHaveIt() {
        Story story = new Story()
                .told(USER, SHORT, "message")
                .closed(NAMESAKE, 0)
                .secondsPass(3)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "message", 1);
        assertBroken(story, Kind.GONE_YET_DELIVERED, "message at other/alice/phone", "over");
    }

    @Test
    void whoWasThereMayHaveItLongAfter() {
        Story story = new Story()
                .bound(NAMESAKE)
                .told(USER, SHORT, "message")
                .secondsPass(20)
                .delivered(NAMESAKE, "message", 1);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void aTimeThatWasOverByAClockThatMayHaveBeenWrongIsNone() {
        Story story = new Story()
                .struck("saver-clock-behind")
                .told(USER, SHORT, "message")
                .closed(NAMESAKE, 0)
                .secondsPass(3)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "message", 1)
                .healed();
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void ofThoseWithOneKeyTheNewestHasToCome() {
        Story story = new Story().told(USER, KEY, "old").told(USER, KEY, "new");
        assertThat(story.verdict().count(Count.COLLAPSED)).isEqualTo(1);
        assertBroken(story, Kind.LOST, "new to");
        assertThat(story.delivered(NAMESAKE, "new", 2).verdict().violations()).isEmpty();
    }

    @Test
    void aRefusedOneReplacesNothingAndOneWithoutAnAnswerMayHave() {
        assertBroken(new Story().told(USER, KEY, "old").sent(USER, KEY, "new").refused("new"), Kind.LOST, "old to");
        Story unknown = new Story()
                .sent(USER, KEY, "old")
                .acceptedAs(1, "old")
                .sent(USER, KEY, "new")
                .unknown("new");
        assertBroken(unknown, Kind.LOST, "old to");
        assertThat(unknown.isComplete(Long.MAX_VALUE)).isFalse();
        unknown.delivered(NAMESAKE, "new", 2);
        assertThat(unknown.verdict().violations()).isEmpty();
        assertThat(unknown.isComplete(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void oneWithoutAnAnswerThatCameToAnotherMailboxOrBeforeReplacesNothing() {
        Story elsewhere = new Story()
                .sent(Story.ALICE, KEY, "old")
                .acceptedAs(1, "old")
                .sent(Story.ALICE, KEY, "new")
                .unknown("new")
                .delivered(Story.PHONE, "new", 2);
        assertBroken(elsewhere, Kind.LOST, "old to", "tablet");
        assertThat(elsewhere.verdict().found(Kind.LOST)).isEqualTo(1);
        Story before = new Story()
                .sent(USER, KEY, "unknown")
                .unknown("unknown")
                .delivered(NAMESAKE, "unknown", 1)
                .sent(USER, KEY, "message")
                .acceptedAs(2, "message");
        assertBroken(before, Kind.LOST, "message to");
    }

    @Test
    void whoCameWhenItWasReplacedMustNotHaveIt() {
        Story story = new Story()
                .told(USER, KEY, "old")
                .closed(NAMESAKE, 0)
                .told(USER, KEY, "new")
                .secondsPass(2)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "old", 1)
                .delivered(NAMESAKE, "new", 2);
        assertBroken(story, Kind.GONE_YET_DELIVERED, "old at other/alice/phone", "replaced");
        Story there = new Story()
                .bound(NAMESAKE)
                .told(USER, KEY, "old")
                .told(USER, KEY, "new")
                .secondsPass(2)
                .delivered(NAMESAKE, "old", 1)
                .delivered(NAMESAKE, "new", 2);
        assertThat(there.verdict().violations()).isEmpty();
    }

    /** Whose acknowledgement may have been lost with Redis: it was replaced nowhere, as nobody had it to acknowledge any more. */
    @Test
    void whatWasReplacedUnderAFaultMayCome() {
        Story story = new Story()
                .told(USER, KEY, "old")
                .closed(NAMESAKE, 0)
                .struck("redis-wiped")
                .told(USER, KEY, "new")
                .healed()
                .secondsPass(2)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "old", 1)
                .delivered(NAMESAKE, "new", 2);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void oneOfAnotherKeyOrOfAnotherUserReplacesNothing() {
        assertBroken(
                new Story().told(USER, KEY, "old").told(USER, Terms.collapse("another"), "new"), Kind.LOST, "old to");
        assertBroken(new Story().told(USER, KEY, "old").told(Story.ALICE, KEY, "new"), Kind.LOST, "old to");
    }

    @Test
    void whatWasAskedForBackNeedNotCome() {
        Story story = new Story().told(USER, "message").recalling("message");
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.recalled("message", 200, true).verdict().count(Count.RECALLED))
                .isEqualTo(1);
        assertBroken(new Story().told(USER, "message").recalled("message", 409, false), Kind.REFUSED_WRONGLY, "409");
    }

    @Test
    void whatCouldNotBeTakenBackFromAnybodyHasToCome() {
        Story none = new Story().told(USER, "message").recalling("message").recalled("message", 200, false);
        assertThat(none.isComplete(Long.MAX_VALUE)).isFalse();
        assertBroken(none, Kind.LOST, "message to");
        Verdict collapsed = new Story()
                .told(USER, KEY, "message")
                .recalling("message")
                .recalled("message", 200, false)
                .told(USER, KEY, "newer")
                .delivered(NAMESAKE, "newer", 2)
                .verdict();
        assertThat(collapsed.violations()).isEmpty();
        assertThat(collapsed.count(Count.COLLAPSED)).isEqualTo(1);
    }

    @Test
    void aRecallThatAnAttemptWithoutAnAnswerMayHaveCarriedOutExcuses() {
        Story again = new Story()
                .told(USER, "message")
                .recalling("message")
                .secondsPass(7)
                .recalledAtAttempt(2, "message", 200, false);
        assertThat(again.verdict().violations()).isEmpty();
        Story broken = new Story()
                .told(USER, "message")
                .recalling("message")
                .struck("redis-wiped")
                .recalled("message", 200, false)
                .healed();
        assertThat(broken.verdict().violations()).isEmpty();
        Story unheard = new Story().told(USER, "message").recalling("message").recalled("message", 503, false);
        assertThat(unheard.verdict().violations()).isEmpty();
    }

    @Test
    void whoCameAfterARecallMustNotHaveIt() {
        Story told = new Story().told(USER, "message").closed(NAMESAKE, 0).recalling("message");
        Story recalled = told.recalled("message", 200, true)
                .struck("redis-wiped")
                .secondsPass(2)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "message", 1)
                .healed();
        assertBroken(recalled, Kind.GONE_YET_DELIVERED, "message at", "recalled");
    }

    @Test
    void whoMayHaveAskedBeforeTheRecallMayHaveIt() {
        Story there = new Story()
                .bound(NAMESAKE)
                .told(USER, "message")
                .recalling("message")
                .recalled("message", 200, true)
                .secondsPass(5)
                .delivered(NAMESAKE, "message", 1);
        assertThat(there.verdict().violations()).isEmpty();
        Story noneLeft = new Story()
                .told(USER, "message")
                .closed(NAMESAKE, 0)
                .recalling("message")
                .recalled("message", 200, false)
                .secondsPass(5)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "message", 1);
        assertThat(noneLeft.verdict().violations()).isEmpty();
    }

    @Test
    void whoHadTheKeyOfANotificationBeforeItsRecallMayPullTheBodyLongAfter() {
        Story story = new Story()
                .told(USER, NOTIFICATION, "body")
                .closed(NAMESAKE, 0)
                .recalling("body")
                .recalled("body", 200, true)
                .secondsPass(5)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "body", 1);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void aNotificationMayBeOvertakenByMessagesAndHasToCome() {
        Story story = new Story()
                .told(USER, NOTIFICATION, "body")
                .told(USER, "message")
                .delivered(NAMESAKE, "message", 2);
        assertBroken(story, Kind.LOST, "body to");
        Verdict verdict = story.delivered(NAMESAKE, "body", 1).verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.BODIES)).isEqualTo(1);
    }

    @Test
    void aNotificationWithoutItsBodyIsALoss() {
        Story story = new Story().told(USER, NOTIFICATION, "body").bodiless(NAMESAKE, "body");
        assertBroken(story, Kind.BODY_LOST, "body at other/alice/phone");
    }

    @Test
    void afterACrashNoNotificationButTheLastMayComeAgain() {
        Story story = new Story()
                .told(USER, NOTIFICATION, "first")
                .told(USER, NOTIFICATION, "last")
                .delivered(NAMESAKE, "first", 1)
                .delivered(NAMESAKE, "last", 2)
                .crashed(NAMESAKE)
                .redelivered(NAMESAKE, "last", 2);
        assertThat(story.verdict().violations()).isEmpty();
        assertBroken(story.redelivered(NAMESAKE, "first", 1), Kind.DUPLICATED, "first at");
    }

    /** Its body came before that of an older one, and its number had not been written down as handled. */
    @Test
    void afterACrashTheNewestNotificationOfAMailboxMayComeAgain() {
        Story story = new Story()
                .told(USER, NOTIFICATION, "slow")
                .told(USER, NOTIFICATION, "fast")
                .delivered(NAMESAKE, "fast", 2)
                .delivered(NAMESAKE, "slow", 1)
                .crashed(NAMESAKE)
                .redelivered(NAMESAKE, "slow", 1)
                .redelivered(NAMESAKE, "fast", 2);
        assertThat(story.verdict().violations()).isEmpty();
    }

    /** The disk says so until there is a newer one; a broadcast is none. */
    @Test
    void afterACrashTheNewestMessageOfAMailboxMayComeAgain() {
        Story story = new Story()
                .told(USER, "message")
                .told(ALL_OF_IT, "broadcast")
                .delivered(NAMESAKE, "message", 1)
                .delivered(NAMESAKE, "broadcast", 0)
                .crashed(NAMESAKE)
                .redelivered(NAMESAKE, "message", 1);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void whatWasInHandMayComeAgainAfterOthersOfTheNextLife() {
        Story story = new Story()
                .told(USER, "in hand")
                .delivered(NAMESAKE, "in hand", 1)
                .crashed(NAMESAKE)
                .told(ALL_OF_IT, "broadcast")
                .delivered(NAMESAKE, "broadcast", 0)
                .redelivered(NAMESAKE, "in hand", 1);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void afterACrashANotificationMayComeAgainAndTheMessageThatWasInHand() {
        Story story = new Story()
                .told(USER, NOTIFICATION, "body")
                .told(USER, "message")
                .delivered(NAMESAKE, "message", 2)
                .delivered(NAMESAKE, "body", 1)
                .crashed(NAMESAKE)
                .redelivered(NAMESAKE, "message", 2)
                .redelivered(NAMESAKE, "body", 1);
        assertThat(story.verdict().violations()).isEmpty();
        assertBroken(story.redelivered(NAMESAKE, "body", 1), Kind.DUPLICATED, "body at");
    }
}
