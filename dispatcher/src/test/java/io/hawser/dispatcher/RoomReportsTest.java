package io.hawser.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.RoomLoad;
import io.hawser.rpc.v1.TransportAddresses;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RoomReportsTest {
    private final Rooms rooms = new Rooms();
    private long nowNanos = 1;
    private final RoomReports reports = new RoomReports(
            () -> new ReportLimits(2, Duration.ofSeconds(5), Duration.ofMillis(250)),
            rooms,
            () -> nowNanos,
            new SimpleMeterRegistry());

    @Test
    void aRoomThatReportsAndIsInViewTakesClients() {
        rooms.are(peer("room-1", 1));
        reports.take(load("room-1", 1).build());

        assertThat(told()).containsExactly("10.0.0.1:443");
    }

    @Test
    void aRoomThatIsNotInViewTakesNone() {
        reports.take(load("room-1", 1).build());
        assertThat(told()).isEmpty();

        rooms.are(peer("room-1", 2));
        assertThat(told()).isEmpty();
    }

    @Test
    void aRoomThatFellSilentTakesNone() {
        rooms.are(peer("room-1", 1));
        reports.take(load("room-1", 1).build());

        nowNanos += Duration.ofSeconds(6).toNanos();

        assertThat(told()).isEmpty();
    }

    @Test
    void aRoomThatDrainsOrIsFullTakesNone() {
        rooms.are(peer("room-1", 1));
        reports.take(load("room-1", 1).setDraining(true).build());
        assertThat(told()).isEmpty();

        reports.take(load("room-1", 1).setConnections(1_000).build());
        assertThat(told()).isEmpty();

        reports.take(load("room-1", 1).setConnections(999).build());
        assertThat(told()).hasSize(1);
    }

    @Test
    void aLateReportOfAnEarlierLifeChangesNothing() {
        rooms.are(peer("room-1", 2));
        reports.take(load("room-1", 2).build());
        reports.take(load("room-1", 1).setDraining(true).build());

        assertThat(told()).hasSize(1);
    }

    @Test
    void itTellsWhenADoorOpensOrCloses() {
        assertThat(reports.take(load("room-1", 1).build())).isTrue();
        assertThat(reports.take(load("room-1", 1).build())).isFalse();
        assertThat(reports.take(load("room-1", 1).setDraining(true).build())).isTrue();
        assertThat(reports.take(load("room-1", 2).build())).isTrue();
    }

    @Test
    void anOverloadedRoomTakesNoneAndABusyOneFew() {
        rooms.are(peer("room-1", 1));
        reports.take(load("room-1", 1).build());
        assertThat(reports.take(load("room-1", 1).setOverloadLevel(1).build())).isFalse();
        assertThat(told()).hasSize(1);

        assertThat(reports.take(load("room-1", 1).setOverloadLevel(2).build())).isTrue();
        assertThat(told()).isEmpty();
    }

    @Test
    void oneThatSendsItsClientsAwayIsToldOfOthers() {
        rooms.are(peer("room-1", 1), peer("room-2", 1));
        RoomLoad leaving = load("room-1", 1).setZone("a").setDraining(true).build();
        RoomLoad other = load("room-2", 1)
                .clearAddresses()
                .addAddresses("10.0.0.2:443")
                .setZone("b")
                .build();
        reports.take(load("room-1", 1).setZone("a").build());
        reports.take(other);
        reports.refresh();
        assertThat(alternatives(leaving)).containsOnly(entry(Transport.TCP, List.of("10.0.0.2:443")));

        reports.take(leaving);
        reports.refresh();
        assertThat(alternatives(leaving)).containsOnly(entry(Transport.TCP, List.of("10.0.0.2:443")));
        assertThat(alternatives(other)).isEmpty();
    }

    @Test
    void itIsToldOfOthersByWhatItsClientsSpeakAndOfNothingElse() {
        rooms.are(peer("room-1", 1), peer("room-2", 1));
        RoomLoad leaving = load("room-1", 1)
                .addOtherAddresses(other("tls", "10.0.0.1:8443"))
                .addOtherAddresses(other("ws", "10.0.0.1:8080"))
                .setDraining(true)
                .build();
        reports.take(leaving);
        reports.take(load("room-2", 1)
                .clearAddresses()
                .addOtherAddresses(other("tls", "10.0.0.2:8443"))
                .addOtherAddresses(other("wss", "rooms.example.com:443"))
                .build());
        reports.refresh();
        assertThat(alternatives(leaving)).containsOnly(entry(Transport.TLS, List.of("10.0.0.2:8443")));
    }

    private Map<Transport, List<String>> alternatives(RoomLoad leaving) {
        return reports.alternatives(leaving, new Random(1));
    }

    @Test
    void malformedReportsAreRefused() {
        assertThatThrownBy(() -> reports.take(load("", 1).build())).hasMessage("room: 0 (expected: 1 to 128)");
        assertThatThrownBy(() ->
                        reports.take(load("room-1", 1).addAddresses("10.0.0.1").build()))
                .hasMessage("addresses: 10.0.0.1 (expected: ip:port)");
        assertThatThrownBy(() -> reports.take(load("room-1", 1).setZone("a\"b").build()))
                .hasMessageStartingWith("zone: a\"b (expected: only letters");
    }

    @Test
    void noMoreRoomsAreKnownThanMayBe() {
        reports.take(load("room-1", 1).build());
        reports.take(load("room-2", 1).build());

        assertThatThrownBy(() -> reports.take(load("room-3", 1).build()))
                .hasMessage("rooms: 2 known (expected: fewer)");
        assertThat(reports.take(load("room-2", 1).build())).isFalse();
    }

    @Test
    void clientsAreToldTheAddressesOfTheirTransport() {
        rooms.are(peer("room-1", 1), peer("room-2", 1));
        reports.take(load("room-1", 1)
                .addOtherAddresses(other("tls", "10.0.0.1:8443"))
                .addOtherAddresses(other("quic", "10.0.0.1:1"))
                .build());
        reports.take(load("room-2", 1)
                .clearAddresses()
                .addOtherAddresses(other("wss", "rooms.example.com:443"))
                .build());

        assertThat(told()).containsExactly("10.0.0.1:443");
        assertThat(told("tls")).containsExactly("10.0.0.1:8443");
        assertThat(told("wss")).containsExactly("rooms.example.com:443");
        assertThat(told("ws")).isEmpty();
    }

    private static TransportAddresses other(String transport, String address) {
        return TransportAddresses.newBuilder()
                .setTransport(transport)
                .addAddresses(address)
                .build();
    }

    private List<String> told() {
        return told("tcp");
    }

    private List<String> told(String transport) {
        reports.refresh();
        AddressQuery query = AddressQuery.parse(
                Map.of("app", List.of("demo"), "transport", List.of(transport)), AddressLimits.defaults());
        AddressList list = reports.snapshot(query.transport()).answer(query, 300, new Random(1));
        return list == null ? List.of() : list.rooms();
    }

    private static RoomLoad.Builder load(String room, long incarnation) {
        return RoomLoad.newBuilder()
                .setRoom(room)
                .setIncarnation(incarnation)
                .addAddresses("10.0.0.1:443")
                .setConnections(10)
                .setMaxConnections(1_000);
    }

    private static Peer peer(String name, long incarnation) {
        return new Peer("room", name, "127.0.0.1", 1, incarnation, "");
    }

    /** Rooms that a test sets. */
    private static final class Rooms implements Membership {
        private View view = new View(0, List.of());

        void are(Peer... peers) {
            view = new View(view.version() + 1, List.of(peers));
        }

        @Override
        public View view() {
            return view;
        }

        @Override
        public AutoCloseable onChange(Consumer<View> listener) {
            throw new UnsupportedOperationException();
        }
    }
}
