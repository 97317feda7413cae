package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Broken.assertBroken;
import static io.hawser.bench.chaos.check.Story.BOB;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.check.Violation.Kind;
import org.junit.jupiter.api.Test;

/** What goes up. */
final class UplinkCheckTest {
    @Test
    void anUplinkOnAClientsDiskHasToReachTheBackEnd() {
        assertBroken(new Story().queued(PHONE, "up"), Kind.UPLINK_LOST, "up");
    }

    @Test
    void anUplinkThatTheClientHadNotOnDiskWhenItWasKilledMayBeLost() {
        assertThat(new Story().offered(PHONE, "up").crashed(PHONE).verdict().isGreen())
                .isTrue();
    }

    @Test
    void anUplinkThatAFullQueueRefusedIsOwedNoMore() {
        Verdict verdict = new Story()
                .queued(PHONE, "up")
                .stored(PHONE, "up", "RESOURCE_EXHAUSTED: uplinks: 1000 wait")
                .verdict();
        assertThat(verdict.isGreen()).isTrue();
        assertThat(verdict.count(Count.UPLINKS_REFUSED)).isEqualTo(1);
    }

    @Test
    void anUplinkThatIsRightMustNotBeRefusedForGood() {
        assertBroken(
                new Story().queued(PHONE, "up").stored(PHONE, "up", "INVALID_ARGUMENT: body"),
                Kind.REFUSED_WRONGLY,
                "up",
                "phone",
                "INVALID_ARGUMENT");
    }

    @Test
    void aRefusalDoesNotTakeAnAcknowledgementBack() {
        Story story = new Story()
                .queued(PHONE, "up")
                .stored(PHONE, "up", "")
                .stored(PHONE, "up", "RESOURCE_EXHAUSTED: uplinks: 1000 wait");
        assertThat(story.isComplete(Long.MAX_VALUE)).isFalse();
        assertBroken(story, Kind.UPLINK_LOST, "up, acknowledged,");
        assertBroken(story, Kind.REFUSED_YET_DELIVERED, "up, acknowledged, and refused");
    }

    @Test
    void anUplinkThatWasRefusedMustNotReachTheBackEnd() {
        assertBroken(
                new Story()
                        .queued(PHONE, "up")
                        .stored(PHONE, "up", "RESOURCE_EXHAUSTED: uplinks: 1000 wait")
                        .taken(PHONE, "up", "w"),
                Kind.REFUSED_YET_DELIVERED,
                "up",
                "given to the back end");
    }

    @Test
    void anUplinkUnderTwoWebhookIdsIsADuplicate() {
        Story once = new Story().queued(PHONE, "up").taken(PHONE, "up", "w1").taken(PHONE, "up", "w1");
        assertThat(once.verdict().isGreen()).isTrue();
        assertThat(once.verdict().count(Count.WEBHOOKS_REPEATED)).isEqualTo(1);
        assertBroken(once.taken(PHONE, "up", "w2"), Kind.UPLINK_DUPLICATED, "w2");
    }

    @Test
    void twoUplinksUnderOneWebhookIdAreNoticed() {
        assertBroken(
                new Story().queued(PHONE, "one", "two").taken(PHONE, "one", "w").taken(PHONE, "two", "w"),
                Kind.UPLINK_DUPLICATED,
                "one");
    }

    @Test
    void uplinksOfADeviceThatOvertookEachOtherAreOutOfOrder() {
        assertBroken(
                new Story()
                        .queued(PHONE, "one", "two")
                        .taken(PHONE, "two", "w2")
                        .taken(PHONE, "one", "w1"),
                Kind.UPLINK_OUT_OF_ORDER,
                "one");
    }

    @Test
    void uplinksOfTwoDevicesHaveNoOrder() {
        assertThat(new Story()
                        .queued(PHONE, "one")
                        .queued(BOB, "two")
                        .taken(BOB, "two", "w2")
                        .taken(PHONE, "one", "w1")
                        .verdict()
                        .isGreen())
                .isTrue();
    }

    @Test
    void anUplinkUnderAnothersNameIsNoticed() {
        assertBroken(
                new Story().queued(PHONE, "up").taken(PHONE, "up", "w1").taken(BOB, "up", "w2"),
                Kind.UPLINK_NEVER_SENT,
                "bob");
        assertBroken(new Story().taken(PHONE, "forged", "w1"), Kind.UPLINK_NEVER_SENT, "forged");
    }
}
