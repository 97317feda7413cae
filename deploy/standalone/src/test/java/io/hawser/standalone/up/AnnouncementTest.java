package io.hawser.standalone.up;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hawser.standalone.command.RunningPlatform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which platform the other commands find, where there are several. */
final class AnnouncementTest {
    @TempDir
    Path home;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private HttpServer center;

    @BeforeEach
    void startACenter() throws IOException {
        center = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        center.createContext("/v1/apps/demo", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'{', '}'});
            exchange.close();
        });
        center.start();
    }

    @AfterEach
    void stopTheCenter() {
        center.stop(0);
    }

    @Test
    void aPlatformIsFoundWhileItRunsAndItsDataKeepTheirPorts() throws IOException {
        RunningPlatform only = platform("only");
        try (Announcement announcement = announcement("only")) {
            assertThat(announcement.publish(only)).isEmpty();
            assertThat(installed()).isEqualTo(only);
        }
        assertThat(RunningPlatform.file(home)).doesNotExist();
        assertThat(RunningPlatform.read(RunningPlatform.fileOfData(home.resolve("only"))))
                .isEqualTo(only);
    }

    @Test
    void theFirstIsFoundWhileItLivesAndTheSecondSaysHowItIs() throws IOException {
        RunningPlatform first = platform("first");
        try (Announcement one = announcement("first")) {
            one.publish(first);
            try (Announcement two = announcement("second")) {
                assertThat(two.publish(platform("second")))
                        .isEqualTo(" --up " + RunningPlatform.fileOfData(home.resolve("second")));
                assertThat(said.toString(UTF_8).lines())
                        .singleElement()
                        .asString()
                        .startsWith("hawser: another platform runs, at " + first.center());
                assertThat(installed()).isEqualTo(first);
            }
            assertThat(installed()).isEqualTo(first);
        }
        assertThat(RunningPlatform.file(home)).doesNotExist();
    }

    @Test
    void oneThatWasKilledIsFollowedByTheNext() throws IOException {
        announcement("killed").publish(platform("killed"));
        RunningPlatform next = platform("next");
        center.stop(0);
        try (Announcement announcement = announcement("next")) {
            assertThat(announcement.publish(next)).isEmpty();
            assertThat(installed()).isEqualTo(next);
        }
    }

    @Test
    void whatComesAfterTheEndIsNotAnnounced() throws IOException {
        Announcement announcement = announcement("late");
        announcement.close();
        announcement.publish(platform("late"));
        assertThat(RunningPlatform.file(home)).doesNotExist();
    }

    private Announcement announcement(String name) {
        return new Announcement(home, home.resolve(name), new Progress(new PrintStream(said, true, UTF_8)));
    }

    private RunningPlatform installed() {
        return RunningPlatform.read(RunningPlatform.file(home));
    }

    private RunningPlatform platform(String operatorKey) {
        String url = "http://127.0.0.1:" + center.getAddress().getPort();
        return new RunningPlatform(url, url, List.of(), "", "", "", "demo", "key", operatorKey);
    }
}
