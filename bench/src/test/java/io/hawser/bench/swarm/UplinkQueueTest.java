package io.hawser.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client's uplinks keep their chain, whatever the room answers. */
final class UplinkQueueTest {
    private final UplinkQueue queue = new UplinkQueue(1, "orders");
    private final List<Long> stored = new ArrayList<>();

    @Test
    void eachNamesTheOneBeforeIt() throws IOException {
        assertThat(chain(add(10))).containsExactly("0<1");
        assertThat(chain(add(20))).containsExactly("1<2");
        take(0, 2);
        assertThat(chain(add(30))).containsExactly("2<3");
        assertThat(stored).containsExactly(10L, 20L);
        assertThat(queue.isEmpty()).isFalse();
    }

    @Test
    void oneThatIsRefusedForNowGoesOutAgainWithAllBehindIt() throws IOException {
        add(10);
        add(20);
        add(30);
        take(0, 1);
        assertThat(take(ErrorCode.RESOURCE_EXHAUSTED.number(), 2)).isEqualTo(UplinkQueue.Answer.again);
        assertThat(take(ErrorCode.RESOURCE_EXHAUSTED.number(), 3)).isEqualTo(UplinkQueue.Answer.nothing);
        assertThat(add(40)).isEmpty();
        assertThat(chain(queue.again())).containsExactly("1<2", "2<3", "3<4");
        assertThat(queue.isStalled()).isFalse();
    }

    @Test
    void oneThatIsRefusedForGoodIsLeftOutOfTheChain() throws IOException {
        add(10);
        add(20);
        assertThat(take(ErrorCode.BODY_TOO_LARGE.number(), 1)).isEqualTo(UplinkQueue.Answer.refused);
        assertThat(chain(queue.again())).containsExactly("0<2");
        assertThat(stored).isEmpty();
    }

    @Test
    void whatIsOutOfOrderGoesOnBehindWhatIsStored() throws IOException {
        add(10);
        add(20);
        UplinkAck told = UplinkAck.newBuilder()
                .setNumber(2)
                .setCode(ErrorCode.UPLINK_OUT_OF_ORDER.number())
                .setStored(1)
                .build();
        assertThat(queue.take(told, stored::add)).isEqualTo(UplinkQueue.Answer.again);
        assertThat(chain(queue.again())).containsExactly("1<2");
        assertThat(stored).containsExactly(10L);
    }

    private byte[] add(long dueNanos) {
        return queue.add(new byte[12], dueNanos);
    }

    private UplinkQueue.Answer take(int code, long number) {
        return queue.take(UplinkAck.newBuilder().setNumber(number).setCode(code).build(), stored::add);
    }

    private static List<String> chain(byte[] frames) throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(frames), FrameLimits.MAX_FRAME_BYTES);
        List<String> chain = new ArrayList<>();
        for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
            Uplink uplink = Frames.parse(Uplink.parser(), frame.body());
            chain.add(uplink.getPrev() + "<" + uplink.getNumber());
        }
        return chain;
    }
}
