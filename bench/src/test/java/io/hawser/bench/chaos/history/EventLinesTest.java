package io.hawser.bench.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EventLinesTest {
    private static final Endpoint PHONE = new Endpoint("app", "alice", "phone");

    static List<Event> events() {
        return List.of(
                new Event.Sent(1, "text", Audience.group("app", "red"), Terms.collapse("key")),
                new Event.Recalling(2, "text"),
                new Event.Recalled(2, "text", 3, 200, true, "HTTP 200"),
                new Event.Bodiless(3, PHONE, 2, "text"),
                new Event.Answered(2, "text", Outcome.UNKNOWN, 3, 503, 0, false, "HTTP 503 {\"code\":\"UNAVAILABLE\"}"),
                new Event.Answered(2, "text", Outcome.ACCEPTED, 1, 200, 0, true, "HTTP 200"),
                new Event.Repeated(2, "text", 200, (1L << 40) + 7, false, "HTTP 200 {}"),
                new Event.Repeated(2, "text", 200, 0, true, "HTTP 200 {}"),
                new Event.Delivered(3, PHONE, 2, "text", (1L << 40) + 7, true),
                new Event.State(4, PHONE, 2, "WAITING", "REPLACED", "connection lost\nagain"),
                new Event.Reset(5, PHONE, 2, "reset"),
                new Event.Leaving(6, PHONE, 2),
                new Event.Ended(7, PHONE, 2, 1, 4, 9),
                new Event.Crashed(8, PHONE, 3),
                new Event.Paused(8, PHONE),
                new Event.Resumed(8, PHONE),
                new Event.Offered(9, PHONE, "up"),
                new Event.Queued(10, PHONE, "up"),
                new Event.Stored(11, PHONE, "up", ""),
                new Event.Taken(12, PHONE, "msg_1", "up"),
                new Event.Sessions(13, PHONE, 1),
                new Event.Struck(14, 5, "room-killed", "room-1"),
                new Event.Healed(15, 5),
                new Event.Overdue(16, 5, "room-killed"),
                new Event.Reborn(17, "saver-1", 1L << 40),
                new Event.Instance(17, "room-1", 1, 2, 1L << 40, 1L << 41));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsOneLineAndTheSameAgain(Event event) {
        String line = EventLines.write(event);
        assertThat(line.lines()).hasSize(1);
        assertThat(EventLines.read(line)).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("events")
    void halfALineIsNoEvent(Event event) {
        String line = EventLines.write(event);
        String half = line.substring(0, line.length() / 2);
        assertThatThrownBy(() -> EventLines.read(half))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: an event)");
    }
}
