package io.hawser.bench.chaos.check;

import static io.hawser.bench.chaos.check.Story.ALICE;
import static io.hawser.bench.chaos.check.Story.PHONE;
import static io.hawser.bench.chaos.check.Story.TABLET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Terms;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class FlowTest {
    private static final Offset<Double> MILLIS = within(0.02);

    @Test
    void aFaultIsRecoveredFromWhenTheLastMessageThatTookOverASecondHasCome() {
        Flow flow = both("calm", 0.1)
                .struck("room-killed")
                .told(ALICE, "slow")
                .secondsPass(2)
                .healed()
                .secondsPass(1.5)
                .delivered(PHONE, "slow", 2)
                .delivered(TABLET, "slow", 2)
                .flow();
        Recovery recovery = flow.recoveries().getFirst();
        assertThat(recovery.fault()).isEqualTo("room-killed");
        assertThat(recovery.slow()).isEqualTo(2);
        assertThat(recovery.secondsHeld()).isEqualTo(2, MILLIS);
        assertThat(recovery.secondsFromStrike()).isEqualTo(3.5, MILLIS);
        assertThat(recovery.secondsFromHealing()).isEqualTo(1.5, MILLIS);
    }

    @Test
    void ofEachFaultTheLongestWayFromAcceptanceAndTheLongestSendAreTold() {
        Flow flow = new Story()
                .struck("saver-killed")
                .sent(ALICE, "slowly accepted")
                .secondsPass(4)
                .accepted("slowly accepted")
                .secondsPass(0.5)
                .delivered(PHONE, "slowly accepted", 1)
                .healed()
                .told(ALICE, "slow")
                .secondsPass(2)
                .delivered(PHONE, "slow", 2)
                .struck("room-killed")
                .told(ALICE, "fast")
                .delivered(PHONE, "fast", 3)
                .flow();
        assertThat(flow.recoveries().getFirst().secondsOfLongestSend()).isEqualTo(4, MILLIS);
        assertThat(flow.recoveries().getFirst().secondsOfLongestDelivery()).isEqualTo(2, MILLIS);
        assertThat(flow.recoveries().getLast().secondsOfLongestSend()).isEqualTo(0, MILLIS);
        assertThat(flow.recoveries().getLast().secondsOfLongestDelivery()).isEqualTo(0, MILLIS);
    }

    @Test
    void ofEachFaultItIsToldHowManyWereAcceptedByASpool() {
        Audience available = Audience.user("other", "alice");
        Flow flow = new Story()
                .struck("mysql-down")
                .toldASpool(available, "one", "two")
                .healed()
                .told(available, "three")
                .struck("room-killed")
                .healed()
                .flow();
        assertThat(flow.recoveries()).extracting(Recovery::spooled).containsExactly(2L, 0L);
    }

    @Test
    void theLongestWayIsOfTheFaultUnderWhichItWaitedLongest() {
        Flow flow = new Story()
                .struck("first")
                .healed()
                .told(ALICE, "one")
                .secondsPass(3)
                .struck("second")
                .told(ALICE, "two")
                .secondsPass(1)
                .delivered(PHONE, "one", 1)
                .delivered(TABLET, "one", 1)
                .healed()
                .secondsPass(1)
                .struck("third")
                .secondsPass(4)
                .delivered(PHONE, "two", 2)
                .delivered(TABLET, "two", 2)
                .healed()
                .flow();
        assertThat(flow.recoveries().get(0).secondsOfLongestDelivery()).isEqualTo(4, MILLIS);
        assertThat(flow.recoveries().get(1).secondsOfLongestDelivery()).isZero();
        assertThat(flow.recoveries().get(2).secondsOfLongestDelivery()).isEqualTo(6, MILLIS);
        assertThat(flow.recoveries()).extracting(Recovery::lost).containsExactly(0L, 0L, 0L);
    }

    @Test
    void aDeviceThatIsAwayForAWhileWaitsForAllTheRest() {
        Flow flow = new Story()
                .struck("room-killed")
                .healed()
                .closed(PHONE, 0)
                .told(ALICE, "one")
                .delivered(TABLET, "one", 1)
                .bound(PHONE)
                .secondsPass(2)
                .closed(PHONE, 0)
                .secondsPass(10)
                .bound(PHONE)
                .secondsPass(1)
                .delivered(PHONE, "one", 1)
                .flow();
        assertThat(flow.recoveries().getFirst().secondsOfLongestDelivery()).isEqualTo(3, MILLIS);
    }

    @Test
    void whatNeverCameIsLostAndNotFast() {
        Flow flow = new Story()
                .struck("room-killed")
                .healed()
                .told(ALICE, "one")
                .delivered(PHONE, "one", 1)
                .told(ALICE, Terms.ttl(1), "short")
                .struck("saver-killed")
                .healed()
                .secondsPass(2)
                .bound(PHONE)
                .flow();
        assertThat(flow.recoveries()).extracting(Recovery::lost).containsExactly(1L, 0L);
    }

    @Test
    void whatNeedNotComeIsNotInFlight() {
        Flow flow = new Story()
                .told(ALICE, Terms.ttl(1), "short")
                .told(ALICE, "one")
                .secondsPass(1)
                .delivered(PHONE, "short", 1)
                .flow();
        assertThat(flow.inFlight()).containsExactly(2, 2);
    }

    @Test
    void aFaultThatHeldUpNothingWasRecoveredFromAtOnce() {
        Story story = both("calm", 0.1).struck("register-killed").secondsPass(3).healed();
        Recovery recovery = story.told(ALICE, "fast")
                .delivered(PHONE, "fast", 2)
                .delivered(TABLET, "fast", 2)
                .flow()
                .recoveries()
                .getFirst();
        assertThat(recovery.slow()).isZero();
        assertThat(recovery.secondsFromStrike()).isZero();
        assertThat(recovery.secondsFromHealing()).isZero();
    }

    @Test
    void whatWaitedForADeviceThatWasAwayIsNoFaults() {
        Flow flow = new Story()
                .struck("saver-killed")
                .closed(TABLET, 0)
                .told(ALICE, "one")
                .delivered(PHONE, "one", 1)
                .secondsPass(4)
                .bound(TABLET)
                .delivered(TABLET, "one", 1)
                .healed()
                .flow();
        assertThat(flow.recoveries().getFirst().slow()).isZero();
    }

    @Test
    void whatWaitedForADeviceThatStoodStillIsNoFaultsEither() {
        Story story = new Story()
                .struck("clients-paused")
                .paused(TABLET)
                .told(ALICE, "one")
                .delivered(PHONE, "one", 1)
                .secondsPass(60)
                .resumed(TABLET)
                .secondsPass(0.5)
                .delivered(TABLET, "one", 1)
                .healed();
        Recovery recovery = story.flow().recoveries().getFirst();
        assertThat(recovery.slow()).isZero();
        assertThat(recovery.secondsOfLongestDelivery()).isLessThan(1);
    }

    @Test
    void aSlowMessageBelongsToTheFaultThatStruckLast() {
        Flow flow = new Story()
                .struck("first")
                .healed()
                .told(ALICE, "one")
                .secondsPass(3)
                .struck("second")
                .delivered(PHONE, "one", 1)
                .healed()
                .flow();
        assertThat(flow.recoveries()).extracting(Recovery::slow).containsExactly(0L, 1L);
    }

    @Test
    void everySecondHasItsThroughputItsLatencyAndWhatIsInFlight() {
        Flow flow = both("one", 0.25)
                .secondsPass(1)
                .told(ALICE, "two")
                .secondsPass(1)
                .delivered(PHONE, "two", 2)
                .queued(PHONE, "up")
                .taken(PHONE, "up", "w")
                .flow();
        assertThat(flow.throughput().get("accepted")).containsExactly(1, 1, 0);
        assertThat(flow.throughput().get("delivered")).containsExactly(2, 0, 1);
        assertThat(flow.throughput().get("uplinks taken")).containsExactly(0, 0, 1);
        assertThat(flow.inFlight()).containsExactly(0, 2, 1);
        assertThat(Objects.requireNonNull(flow.latencies().get("longest"))[0]).isEqualTo(250, within(10.0));
        assertThat(Objects.requireNonNull(flow.latencies().get("median"))[2]).isEqualTo(1_000, within(10.0));
    }

    private static Story both(String text, double seconds) {
        return new Story()
                .told(ALICE, text)
                .secondsPass(seconds)
                .delivered(PHONE, text, 1)
                .delivered(TABLET, text, 1);
    }
}
