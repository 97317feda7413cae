package io.hawser.bench.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bench.chaos.fault.Faults;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which faults move slots: each has to be known to, or not to. */
final class HandoversTest {
    /** Ends no saver, and no session of one: stores, disks, clocks, links to others than ZooKeeper, other services, clients. */
    private static final Pattern LEAVE_SLOTS = Pattern.compile(String.join(
            "|",
            "(room|register|center|coordinator|dispatcher)-(killed|stalled|paused|restarted|zookeeper-cut)",
            "(redis|mysql)-(killed|paused|down|away|disk-full|power-lost)",
            "redis-(flushed|wiped|rolled-back|promoted)",
            "sentinel-killed",
            "(room|register|saver|coordinator)-link-(cut|deaf|mute)",
            "(room-register|room-to-register|register-to-room|center-room|center-to-room|room-to-center)-cut",
            "saver-(to-)?(mysql|redis)-cut",
            "(mysql|redis)-to-saver-cut",
            "(store-)?links-(reset|slow)",
            "(room|register|saver|center|coordinator|dispatcher)-clock-(ahead|behind)",
            "saver-disk-full",
            "clients-(killed|paused|reset|half-open)"));

    @Test
    void eachFaultMovesSlotsOrLeavesThem() {
        assertThat(FaultNames.all())
                .containsAll(Handovers.MOVE_SLOTS)
                .allSatisfy(name -> assertThat(LEAVE_SLOTS.matcher(name).matches())
                        .as(name + " leaves slots where they are")
                        .isNotEqualTo(Handovers.MOVE_SLOTS.contains(name)));
    }

    @Test
    void whatIsSpooledFirstIsSpooledForSoLong() {
        assertThat(Faults.SPOOLED_FIRST.toNanos()).isGreaterThanOrEqualTo(Handovers.SPOOLED_FIRST_NANOS);
        assertThat(Faults.SPOOLED_FIRST.plus(Faults.SPOOLS_FULL).toNanos())
                .isGreaterThanOrEqualTo(SpoolCheck.ROOM_AGAIN_NANOS);
        assertThat(FaultNames.all()).containsAll(Handovers.SPOOLED_FIRST).containsAll(SpoolCheck.BEFALL_SPOOLS);
    }
}
