package io.hawser.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.bench.SmallPlatform;
import io.hawser.bench.SmallTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class SwarmTest {
    /** A generator is a JVM, which takes its time to start where others build. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<Member> MEMBERS =
            IntStream.range(0, 20).mapToObj(i -> new Member("user-" + i, "t")).toList();

    @Test
    void clientsThatAreCutOffComeBackByADispatcher() throws IOException {
        try (SmallPlatform platform = new SmallPlatform();
                Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(platform.room()), "demo", 4, true)
                    .comingBackBy(platform.dispatcher());
            assertThat(swarm.come(ramp, MEMBERS, PATIENCE).up()).isEqualTo(MEMBERS.size());
            swarm.begin(1, false);
            platform.hangUp();
            await().atMost(PATIENCE).until(() -> swarm.count().back() == MEMBERS.size());
            assertThat(swarm.count().lost()).isEqualTo(MEMBERS.size());
        }
    }

    @Test
    void clientsWhoseLinksBreakGoOnWhereTheyWere() throws IOException {
        try (SmallPlatform platform = new SmallPlatform();
                Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(platform.room()), "demo", 4, true)
                    .resuming();
            assertThat(swarm.come(ramp, MEMBERS, PATIENCE).resumed()).isZero();
            for (int time = 0; time < 2; time++) {
                swarm.cutOff();
                assertThat(swarm.comeAgain(PATIENCE).resumed()).isEqualTo(MEMBERS.size());
            }
        }
    }

    @Test
    void clientsOfTlsComeBackByTheirTickets(@TempDir Path directory) throws Exception {
        SmallTls tls = SmallTls.in(directory);
        try (SmallPlatform platform = new SmallPlatform(tls.sockets());
                Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(platform.room()), "demo", 4, true)
                    .believing(tls.certificate().toString());
            Swarm.Arrival first = swarm.come(ramp, MEMBERS, PATIENCE);
            assertThat(first.firstFailure()).isEmpty();
            assertThat(first.byTicket()).isZero();
            swarm.cutOff();
            assertThat(swarm.comeAgain(PATIENCE).byTicket()).isEqualTo(MEMBERS.size());
        }
    }

    @Test
    void aRoomWithAnotherCertificateIsNotBelieved(@TempDir Path directory, @TempDir Path another) throws Exception {
        SmallTls tls = SmallTls.in(directory);
        try (SmallPlatform platform = new SmallPlatform(tls.sockets());
                Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(platform.room()), "demo", 4, true)
                    .believing(SmallTls.in(another).certificate().toString());
            assertThat(swarm.come(ramp, MEMBERS, PATIENCE).failed()).isEqualTo(MEMBERS.size());
        }
    }

    @Test
    void whoLostItsRoomLooksThereFirstAndThenAsksADispatcher() throws IOException {
        SmallPlatform killed = new SmallPlatform();
        try (SmallPlatform platform = new SmallPlatform();
                Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(killed.room()), "demo", 4, true)
                    .resuming()
                    .comingBackBy(platform.dispatcher());
            assertThat(swarm.come(ramp, MEMBERS, PATIENCE).up()).isEqualTo(MEMBERS.size());
            swarm.begin(1, false);
            killed.close();
            await().atMost(PATIENCE).until(() -> swarm.count().back() == MEMBERS.size());
            assertThat(swarm.count().resumed().toBound().getTotalCount()).isZero();
            assertThat(swarm.count().boundAnew().toBound().getTotalCount()).isEqualTo(MEMBERS.size());
        }
    }

    @Test
    void clientsThatAreRefusedAreToldWithTheReason() throws IOException {
        try (Swarm swarm = new Swarm(0)) {
            Ramp ramp = Ramp.to(Ramp.Protocol.hawser, List.of(addressOfNobody()), "demo", 4, true);
            Swarm.Arrival arrival = swarm.come(ramp, MEMBERS, PATIENCE);
            assertThat(arrival.failed()).isEqualTo(MEMBERS.size());
            assertThat(arrival.firstFailure()).startsWith("user-").contains("refused");
        }
    }

    private static String addressOfNobody() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + closed.getLocalPort();
        }
    }
}
