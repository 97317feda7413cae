package io.hawser.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The client against a room that does what the test says. */
abstract class PushClientHarness {
    final RecordingListener listener = new RecordingListener();
    final FakeTicker ticker = new FakeTicker();
    final List<PushClient> clients = new ArrayList<>();
    FakeRoom room;

    @TempDir
    Path directory;

    @BeforeEach
    void openRoom() throws IOException {
        room = FakeRoom.open();
    }

    @AfterEach
    void closeAll() throws IOException {
        clients.forEach(PushClient::close);
        room.close();
    }

    /** A client of the fake room, on the fake clock, whose every jitter is one half. */
    PushClientBuilder alice() {
        return room.alice(listener).ticker(ticker).chance(() -> 0.5);
    }

    PushClient start(PushClientBuilder builder) throws IOException {
        PushClient client = builder.start();
        clients.add(client);
        return client;
    }
}
