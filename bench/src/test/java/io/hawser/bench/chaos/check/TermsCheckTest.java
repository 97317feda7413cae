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
    void whatHasATimeToLiveNeedNotCome() {
        Story story = new Story().told(USER, SHORT, "message").told(ALL_OF_IT, SHORT, "broadcast");
        Verdict verdict = story.verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.EXPIRED)).isEqualTo(2);
        assertThat(verdict.count(Count.OWED)).isZero();
        assertThat(story.isComplete(Long.MAX_VALUE, NAMESAKE)).isTrue();
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
        Story unknown =
                new Story().told(USER, KEY, "old").sent(USER, KEY, "new").unknown("new");
        assertThat(unknown.verdict().violations()).isEmpty();
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
