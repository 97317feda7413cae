package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asking dispatchers, over real HTTP. */
class DispatcherDirectoryTest {
    private FakeDispatcher first;
    private FakeDispatcher second;

    @BeforeEach
    void open() throws IOException {
        first = FakeDispatcher.open();
        second = FakeDispatcher.open();
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @Test
    void saysWhatIsKnownOfTheNetworkAndOfFailures() throws IOException {
        first.answer("a:1", "b:1");

        assertThat(directory().ask("Café 5G", List.of("x:1", "[::1]:2"), 3).getRoomsList())
                .containsExactly("a:1", "b:1");
        assertThat(first.queries())
                .containsExactly("app=demo&network=Caf--5G&failed=x%3A1%2C%5B%3A%3A1%5D%3A2&retry=3");
    }

    @Test
    void asksForRoomsThatSpeakTls() throws IOException {
        first.answer("a:1");

        new DispatcherDirectory(List.of(first.url()), "demo", true, 5000).ask("wifi", List.of(), 0);

        assertThat(first.queries()).containsExactly("app=demo&transport=tls&network=wifi");
    }

    @Test
    void asksTheNextDispatcherAndStaysWithIt() throws IOException {
        first.refuse(500);
        second.answer("a:1");
        DispatcherDirectory directory = directory();

        directory.ask("", List.of(), 0);
        directory.ask("", List.of(), 0);

        assertThat(first.queries()).hasSize(1);
        assertThat(second.queries()).containsExactly("app=demo", "app=demo");
    }

    @Test
    void passesOnWhenToComeAgain() {
        first.refuse(503);
        second.refuse(503);

        Directory.NoRoom refusal =
                catchThrowableOfType(Directory.NoRoom.class, () -> directory().ask("", List.of(), 0));
        assertThat(refusal.retryAfterMs()).isEqualTo(3000);
        assertThat(refusal).hasMessageContaining("status 503");
    }

    @Test
    void anAnswerThatIsNoneIsAFailure() {
        first.answerBytes(new byte[] {10, 127});
        second.answerBytes(new byte[65 * 1024]);

        assertThatThrownBy(() -> directory().ask("", List.of(), 0)).hasMessageContaining("over 65536 bytes");
        assertThatThrownBy(() ->
                        new DispatcherDirectory(List.of(first.url() + "/"), "demo", false, 5000).ask("", List.of(), 0))
                .hasMessageContaining("malformed");
    }

    private DispatcherDirectory directory() {
        return new DispatcherDirectory(List.of(first.url(), second.url()), "demo", false, 5000);
    }
}
