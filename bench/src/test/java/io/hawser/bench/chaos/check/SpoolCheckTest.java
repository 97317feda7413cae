package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.NAMESAKE;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Terms;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What spools accept while MySQL is out, and what becomes of it. */
final class SpoolCheckTest {
    /** With one device, of an app that is available. */
    private static final Audience USER = Audience.user("other", "alice");

    private static final Audience ALL_OF_IT = Audience.all("other");
    private static final Floor ONE_A_SECOND = new Floor(0, 0, 1);

    @Test
    void whatASpoolAcceptedHasToComeWhenMySqlIsBack() {
        Story story = outage("one").healed();
        assertThat(story.isComplete(Long.MAX_VALUE)).isFalse();
        assertBroken(story, Kind.LOST, "one to other/alice never came");
        story.delivered(NAMESAKE, "one", 1);
        assertThat(story.isComplete(Long.MAX_VALUE)).isTrue();
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.verdict().count(Count.ACCEPTED_BY_A_SPOOL)).isEqualTo(1);
        assertThat(story.verdict().count(Count.OWED)).isEqualTo(1);
    }

    /** The first attempt, and what the spool appended. */
    @Test
    void itComesOnce() {
        Story story = outage("one").healed().delivered(NAMESAKE, "one", 1);
        assertBroken(story.delivered(NAMESAKE, "one", 2), Kind.DUPLICATED, "one");
    }

    @Test
    void itComesSoonAfterMySqlIsBack() {
        Story late = outage("one").secondsPass(100).healed().secondsPass(31).delivered(NAMESAKE, "one", 1);
        assertBroken(late, Kind.LATE, "one");
        Story soon = outage("one").secondsPass(100).healed().secondsPass(29).delivered(NAMESAKE, "one", 1);
        assertThat(soon.verdict().violations()).isEmpty();
    }

    /** A commit each, one after another. */
    @Test
    void whatHasOthersBeforeItInTheSpoolMayTakeLonger() {
        Story soon = backlog(100).secondsPass(54);
        assertThat(soon.delivered(NAMESAKE, "100", 101).verdict().violations()).isEmpty();
        Story late = backlog(100).secondsPass(56);
        assertBroken(late.delivered(NAMESAKE, "100", 101), Kind.LATE, "100 came");
        Story stored = backlog(100).told(USER, "stored").secondsPass(31);
        assertBroken(stored.delivered(NAMESAKE, "stored", 102), Kind.LATE, "stored came");
    }

    @Test
    void whatIsSentWhileASpoolIsEmptiedMayWaitForThat() {
        Story soon = backlog(100).sent(USER, "next").secondsPass(54).accepted("next");
        assertThat(soon.verdict().found(Kind.UNAVAILABLE)).isZero();
        assertBroken(
                backlog(100).sent(USER, "next").secondsPass(57).accepted("next"), Kind.UNAVAILABLE, "next was sent");
        Story outage = backlog(100).struck("mysql-down").sent(USER, "next").secondsPass(31);
        assertBroken(outage.unknown("next").healed(), Kind.UNAVAILABLE, "next was sent");
    }

    @Test
    void forSoLongTheNextFaultWaits() {
        assertThat(backlog(100).emptying(0)).isEqualTo(Duration.ofSeconds(25));
        assertThat(backlog(100).told(USER, "stored").told(USER, "next").emptying(0))
                .isEqualTo(Duration.ofMillis(25_250));
        Story before = backlog(100).told(USER, "stored");
        long since = before.nowNanos();
        assertThat(before.told(USER, "next").emptying(since)).isZero();
    }

    /** So many were before the last, which is still to come. */
    private static Story backlog(int many) {
        String[] texts =
                IntStream.rangeClosed(0, many).mapToObj(Integer::toString).toArray(String[]::new);
        Story story = outage(texts).healed();
        for (int i = 0; i < many; i++) {
            story.delivered(NAMESAKE, texts[i], i + 1);
        }
        return story;
    }

    @Test
    void itComesInOrderWithWhatWasSpooledAndWithWhatWasNot() {
        Story spooled = outage("one", "two").healed();
        assertBroken(spooled.delivered(NAMESAKE, "two", 1).delivered(NAMESAKE, "one", 2), Kind.OUT_OF_ORDER, "one");
        Story after = outage("one").healed().told(USER, "two");
        assertBroken(after.delivered(NAMESAKE, "two", 1).delivered(NAMESAKE, "one", 2), Kind.OUT_OF_ORDER, "one");
        Story before = new Story().told(USER, "zero").struck("mysql-down").toldASpool(USER, "one");
        assertBroken(
                before.healed().delivered(NAMESAKE, "one", 1).delivered(NAMESAKE, "zero", 2),
                Kind.OUT_OF_ORDER,
                "zero");
    }

    @Test
    void whatTheNextOwnerTakesMayComeBeforeIt() {
        Story story = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "spooled")
                .secondsPass(20)
                .healed()
                .told(USER, "next")
                .delivered(NAMESAKE, "next", 1)
                .delivered(NAMESAKE, "spooled", 2);
        assertThat(story.verdict().violations()).isEmpty();
    }

    /** All that one has was accepted before it was killed, when no slot had moved. */
    @Test
    void whatOneSpoolHasStaysInOrderThoughItsSaverIsKilled() {
        for (String fault : new String[] {"spooling-saver-killed", "saver-power-lost"}) {
            Story story = new Story()
                    .struck(fault)
                    .toldASpool(USER, "one", "two")
                    .secondsPass(20)
                    .healed();
            assertBroken(
                    story.delivered(NAMESAKE, "two", 1).delivered(NAMESAKE, "one", 2),
                    Kind.OUT_OF_ORDER,
                    "one at",
                    "after two");
        }
    }

    @Test
    void soItDoesBehindWhatTheNextOwnerHasTakenMeanwhile() {
        Story story = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "one", "two")
                .secondsPass(20)
                .healed()
                .told(USER, "next")
                .delivered(NAMESAKE, "next", 1)
                .delivered(NAMESAKE, "two", 2)
                .delivered(NAMESAKE, "one", 3);
        assertBroken(story, Kind.OUT_OF_ORDER, "one at", "after two");
        assertThat(story.verdict().found(Kind.OUT_OF_ORDER)).isEqualTo(1);
    }

    @Test
    void whatTwoSpoolsHaveMayComeInAnyOrder() {
        Story story = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "of the first")
                .secondsPass(6)
                .toldASpool(USER, "of the next")
                .secondsPass(20)
                .healed()
                .delivered(NAMESAKE, "of the next", 1)
                .delivered(NAMESAKE, "of the first", 2);
        assertThat(story.verdict().violations()).isEmpty();
        Story before = new Story()
                .struck("saver-killed")
                .healed()
                .secondsPass(29)
                .struck("mysql-down")
                .toldASpool(USER, "one", "two")
                .healed()
                .delivered(NAMESAKE, "two", 1)
                .delivered(NAMESAKE, "one", 2);
        assertThat(before.verdict().violations())
                .as("a slot may have moved just now")
                .isEmpty();
    }

    /** Its first attempt, or the repeat, may be the next owner's. */
    @Test
    void whatWasSentAgainMayHaveGoneToAnotherSpoolToo() {
        Story repeated = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "one", "two")
                .secondsPass(6)
                .repeatedToASpool("two");
        Story unheard = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "one", "two")
                .repeated("two", 503, 0);
        Story again = new Story()
                .struck("spooling-saver-killed")
                .toldASpool(USER, "one")
                .sent(USER, "two")
                .spooledAtAttempt(2, "two");
        for (Story story : new Story[] {repeated, unheard, again}) {
            story.secondsPass(20).healed().delivered(NAMESAKE, "two", 1).delivered(NAMESAKE, "one", 2);
            assertThat(story.verdict().violations()).isEmpty();
        }
    }

    @Test
    void whatNoSpoolHasIsNotOvertaken() {
        Story story = new Story()
                .struck("spooling-saver-killed")
                .told(USER, "one", "two")
                .healed()
                .delivered(NAMESAKE, "two", 1)
                .delivered(NAMESAKE, "one", 2);
        assertBroken(story, Kind.OUT_OF_ORDER, "one");
    }

    @Test
    void whereASaverGoesOnNothingThatItSpooledIsOvertaken() {
        for (String fault : new String[] {
            "saver-disk-full", "saver-mysql-cut", "mysql-to-saver-cut", "mysql-away", "store-links-slow", "links-reset"
        }) {
            Story story = new Story()
                    .struck("saver-killed")
                    .healed()
                    .secondsPass(31)
                    .struck(fault)
                    .toldASpool(USER, "spooled")
                    .healed()
                    .told(USER, "next")
                    .delivered(NAMESAKE, "next", 1)
                    .delivered(NAMESAKE, "spooled", 2);
            assertBroken(story, Kind.OUT_OF_ORDER, "spooled");
        }
    }

    @Test
    void whereASaverLostItsSessionByItselfTheNextOwnerMayBeFirst() {
        assertThat(overtaken("mysql-down", true).verdict().violations()).isEmpty();
        assertBroken(overtaken("mysql-down", false), Kind.OUT_OF_ORDER, "one at");
        assertBroken(overtaken("spooling-saver-killed", true), Kind.OUT_OF_ORDER, "one at");
    }

    /** @param reborn whether a saver is in another life afterwards, which is seen 20 s later */
    private static Story overtaken(String fault, boolean reborn) {
        Story story = new Story()
                .secondsPass(100)
                .struck(fault)
                .toldASpool(USER, "one")
                .secondsPass(2)
                .toldASpool(USER, "two")
                .secondsPass(20);
        return (reborn ? story.reborn("saver-1", 15) : story)
                .healed()
                .delivered(NAMESAKE, "two", 1)
                .delivered(NAMESAKE, "one", 2);
    }

    @Test
    void ofAnAppThatIsStrictNothingIsSpooled() {
        assertBroken(new Story().toldASpool(ALICE, "one"), Kind.SPOOLED_WRONGLY, "one");
        assertBroken(new Story().told(ALICE, "one").repeatedToASpool("one"), Kind.SPOOLED_WRONGLY, "one");
    }

    @Test
    void noSpoolTakesBroadcastsNorNotificationsNorKnowsNumbers() {
        assertBroken(new Story().toldASpool(ALL_OF_IT, "all"), Kind.SPOOLED_WRONGLY, "all");
        assertBroken(
                new Story().sent(USER, Terms.notification(), "body").spooled("body"), Kind.SPOOLED_WRONGLY, "body");
        assertBroken(new Story().sent(USER, "one").spooledAs(7, "one"), Kind.SPOOLED_WRONGLY, "one");
    }

    @Test
    void anAppThatIsAvailableIsServedWhileMySqlIsOut() {
        Story never = new Story().struck("mysql-away").sent(USER, "one").secondsPass(31);
        assertBroken(never.unknown("one").healed(), Kind.UNAVAILABLE, "one", "that it depends on");
        Story strict = new Story().struck("mysql-away").sent(ALICE, "one").secondsPass(31);
        assertThat(strict.unknown("one").healed().verdict().violations()).isEmpty();
        Story broadcast =
                new Story().struck("mysql-away").sent(ALL_OF_IT, "one").secondsPass(31);
        assertThat(broadcast.unknown("one").healed().verdict().violations()).isEmpty();
        Story more = new Story().struck("saver-disk-full").sent(USER, "one").secondsPass(31);
        assertThat(more.unknown("one").healed().verdict().violations()).isEmpty();
    }

    @Test
    void asManyAsASpoolTakesOfAUserAreEnough() {
        Story full = full(Backlogs.MOST);
        assertThat(full.verdict(new Floor(0, 0, 50)).violations()).isEmpty();
        assertBroken(full(Backlogs.MOST - 1), new Floor(0, 0, 50), Kind.UNAVAILABLE, "next was sent");
        assertThat(full(Backlogs.MOST - 1).verdict(new Floor(0, 0, 50)).found(Kind.TOO_LITTLE))
                .isEqualTo(1);
    }

    /** So many are accepted, and one is refused for the rest of the outage. */
    private static Story full(int many) {
        String[] texts = IntStream.range(0, many).mapToObj(Integer::toString).toArray(String[]::new);
        Story story =
                outage(texts).sent(USER, "next").secondsPass(31).refused("next").healed();
        for (int i = 0; i < many; i++) {
            story.delivered(NAMESAKE, texts[i], i + 1);
        }
        return story;
    }

    @Test
    void aRunInWhichSpoolsAcceptedHardlyAnythingIsNoProof() {
        Story story = outage("one", "two").secondsPass(3).healed();
        story.delivered(NAMESAKE, "one", 1).delivered(NAMESAKE, "two", 2);
        assertBroken(
                story,
                ONE_A_SECOND,
                Kind.TOO_LITTLE,
                "accepted by a spool: 2 (expected: 4 at the least, in 3.0 s in which MySQL was out)");
        assertThat(story.verdict(new Floor(0, 0, 0.5)).violations()).isEmpty();
        assertThat(new Story().verdict(ONE_A_SECOND).violations())
                .as("where MySQL was never out")
                .isEmpty();
    }

    @Test
    void aFaultOfSpoolsThatHaveNothingIsNoProof() {
        for (String fault : SpoolCheck.BEFALL_SPOOLS) {
            Story nothing = outage("before").secondsPass(1).healed().delivered(NAMESAKE, "before", 1);
            nothing.struck(fault).secondsPass(20).healed();
            assertBroken(
                    nothing,
                    ONE_A_SECOND,
                    Kind.TOO_LITTLE,
                    "accepted by a spool: none in fault 2, " + fault + " (expected: some, or it befell no spool");
            assertThat(nothing.verdict(new Floor(0, 0, 0.19)).found(Kind.TOO_LITTLE))
                    .as("where hardly anything is sent")
                    .isZero();
            Story something = new Story().struck(fault).toldASpool(USER, "one").secondsPass(15);
            assertThat(something
                            .healed()
                            .delivered(NAMESAKE, "one", 1)
                            .verdict(ONE_A_SECOND)
                            .violations())
                    .isEmpty();
        }
    }

    @Test
    void aFullDiskByWhichNobodyWasTurnedAwayWasNone() {
        assertBroken(
                fullDisk(81),
                Kind.TOO_LITTLE,
                "nobody was turned away by a spool in fault 1, saver-disk-full, and 81 were accepted");
        assertThat(fullDisk(80).verdict().violations())
                .as("what fits, and was accepted before and after")
                .isEmpty();
    }

    @Test
    void whoSendsAgainUntilThereIsRoomWasTurnedAway() {
        Verdict verdict = turnedAway(3, 6).verdict();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count(Count.TURNED_AWAY_BY_A_FULL_DISK)).isEqualTo(1);
        assertThat(turnedAway(1, 6).verdict().count(Count.TURNED_AWAY_BY_A_FULL_DISK))
                .as("by whom it was never told to send again")
                .isZero();
        assertThat(turnedAway(3, 4).verdict().count(Count.TURNED_AWAY_BY_A_FULL_DISK))
                .as("which a slow machine takes, too")
                .isZero();
        Story soon = new Story().struck("saver-disk-full").sent(USER, "one").secondsPass(34);
        assertThat(soon.spooledAtAttempt(3, "one")
                        .secondsPass(10)
                        .healed()
                        .verdict()
                        .count(Count.TURNED_AWAY_BY_A_FULL_DISK))
                .as("while there is no room yet")
                .isZero();
    }

    /** So many are accepted, as if there were room. */
    private static Story fullDisk(int many) {
        String[] texts = IntStream.range(0, many).mapToObj(Integer::toString).toArray(String[]::new);
        Story story = new Story()
                .struck("saver-disk-full")
                .toldASpool(USER, texts)
                .secondsPass(40)
                .healed();
        for (int i = 0; i < many; i++) {
            story.delivered(NAMESAKE, texts[i], i + 1);
        }
        return story;
    }

    /** One that is accepted when there is room again. */
    private static Story turnedAway(int attempts, int seconds) {
        return new Story()
                .struck("saver-disk-full")
                .secondsPass(36 - seconds)
                .sent(USER, "one")
                .secondsPass(seconds)
                .spooledAtAttempt(attempts, "one")
                .healed()
                .delivered(NAMESAKE, "one", 1);
    }

    @Test
    void whereSpoolsAcceptMostThoughNothingIsBrokenMySqlIsNotTried() {
        Story story = calm(11, 9);
        assertBroken(
                story, Kind.TOO_LITTLE, "spooled in calm: 11 of 20, 30 s and more after a healing (expected: half");
        assertThat(story.verdict().count(Count.SPOOLED_IN_CALM)).isEqualTo(11);
        assertThat(calm(10, 10).verdict().violations()).isEmpty();
        assertThat(calm(11, 8).verdict().violations()).as("which is chance").isEmpty();
    }

    /** Long after a healing. */
    private static Story calm(int spooled, int stored) {
        Story story = new Story().struck("mysql-down").healed().secondsPass(31);
        for (int i = 0; i < spooled; i++) {
            story.toldASpool(USER, "spooled " + i).delivered(NAMESAKE, "spooled " + i, i + 1);
        }
        for (int i = 0; i < stored; i++) {
            story.told(USER, "stored " + i).delivered(NAMESAKE, "stored " + i, spooled + i + 1);
        }
        return story;
    }

    @Test
    void aRepeatIsToldTheNumberUnderWhichItCame() {
        Story story = outage("one")
                .repeatedToASpool("one")
                .healed()
                .repeated("one", 200, 7)
                .repeated("one", 200, 7);
        assertBroken(story, Kind.LOST, "one");
        assertThat(story.verdict().found(Kind.OTHER_SEQ)).isZero();
        assertThat(story.verdict().count(Count.NAMED_BY_A_REPEAT)).isEqualTo(1);
        assertBroken(story.delivered(NAMESAKE, "one", 8), Kind.OTHER_SEQ, "seq 8", "seq 7");
        assertBroken(
                outage("one").healed().repeated("one", 200, 7).repeated("one", 200, 8),
                Kind.OTHER_SEQ,
                "one",
                "seq 7",
                "seq 8");
    }

    @Test
    void aRepeatOfWhatNoSpoolHasAnyMoreIsToldANumber() {
        Story story = outage("one").healed().delivered(NAMESAKE, "one", 7).repeated("one", 200, 0);
        assertBroken(story, Kind.OTHER_SEQ, "one", "no seq");
    }

    @Test
    void ofManyRepeatsSomeAreToldANumber() {
        assertBroken(
                repeatedAfterwards(20),
                Kind.TOO_LITTLE,
                "named by a repeat: none (expected: some, of 20 that were sent again when MySQL was back)");
        assertThat(repeatedAfterwards(20).repeated("19", 200, 20).verdict().violations())
                .isEmpty();
        assertThat(repeatedAfterwards(19).verdict().violations())
                .as("which is chance")
                .isEmpty();
    }

    /** Spooled, and sent again in vain when something newer has a number. */
    private static Story repeatedAfterwards(int many) {
        String[] texts = IntStream.range(0, many).mapToObj(Integer::toString).toArray(String[]::new);
        Story story = outage(texts).healed().told(USER, "newer");
        for (int i = 0; i < many; i++) {
            story.delivered(NAMESAKE, texts[i], i + 1).repeated(texts[i], 503, 0);
        }
        return story.delivered(NAMESAKE, "newer", many + 1);
    }

    @Test
    void aRepeatOfWhatHasANumberMayBeSpooled() {
        Story story = new Story()
                .sent(USER, "one")
                .acceptedAs(7, "one")
                .delivered(NAMESAKE, "one", 7)
                .struck("mysql-down")
                .repeatedToASpool("one")
                .healed();
        assertThat(story.verdict().violations()).isEmpty();
    }

    /** When a spool's own is in the mailboxes, nobody says. */
    @Test
    void whatOneInASpoolIsToReplaceMayStillCome() {
        Story story = new Story()
                .sent(USER, Terms.collapse("key"), "old")
                .accepted("old")
                .closed(NAMESAKE, 0)
                .sent(USER, Terms.collapse("key"), "new")
                .spooled("new")
                .secondsPass(2)
                .bound(NAMESAKE)
                .delivered(NAMESAKE, "old", 1)
                .delivered(NAMESAKE, "new", 2);
        assertThat(story.verdict().violations()).isEmpty();
    }

    @Test
    void oneWithoutAnAnswerThatCameMayHaveReplacedIt() {
        Story story = new Story()
                .struck("mysql-away")
                .sent(USER, Terms.collapse("key"), "spooled")
                .spooled("spooled")
                .sent(USER, Terms.collapse("key"), "unknown")
                .unknown("unknown")
                .healed();
        assertBroken(story, Kind.LOST, "spooled to");
        assertThat(story.delivered(NAMESAKE, "unknown", 2).verdict().violations())
                .isEmpty();
    }

    /** The first saver's spool is emptied when the next one's is: what it has is the newer one there. */
    @Test
    void anOlderOneOfAnotherSpoolThatCameMayHaveReplacedIt() {
        assertBroken(twoOfAKey("spooling-saver-killed", 20).healed(), Kind.LOST, "new to");
        Story story = twoOfAKey("spooling-saver-killed", 20).healed().delivered(NAMESAKE, "old", 2);
        assertThat(story.verdict().violations()).isEmpty();
        assertThat(story.isComplete(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void anOlderOneOfTheSameSpoolReplacesNothing() {
        for (String fault : new String[] {"mysql-away", "spooling-saver-killed"}) {
            Story story = twoOfAKey(fault, 1).secondsPass(20).healed().delivered(NAMESAKE, "old", 2);
            assertBroken(story, Kind.LOST, "new to");
        }
        Story before = new Story()
                .struck("saver-killed")
                .sent(USER, Terms.collapse("key"), "old")
                .spooled("old")
                .delivered(NAMESAKE, "old", 1)
                .sent(USER, Terms.collapse("key"), "new")
                .spooled("new")
                .healed();
        assertBroken(before, Kind.LOST, "new to");
    }

    private static Story twoOfAKey(String fault, int secondsBetween) {
        return new Story()
                .struck(fault)
                .sent(USER, Terms.collapse("key"), "old")
                .spooled("old")
                .secondsPass(secondsBetween)
                .sent(USER, Terms.collapse("key"), "new")
                .spooled("new");
    }

    /** MySQL is out, and these are accepted one after the other. */
    private static Story outage(String... texts) {
        return new Story().struck("mysql-down").toldASpool(USER, texts);
    }
}
