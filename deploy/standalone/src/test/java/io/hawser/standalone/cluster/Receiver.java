package io.hawser.standalone.cluster;

import io.hawser.client.ClientState;
import io.hawser.client.PushClient;
import io.hawser.client.PushListener;
import io.hawser.client.PushMessage;
import io.hawser.client.StateChange;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client in this JVM that keeps what it received. */
public final class Receiver implements AutoCloseable, PushListener {
    private final List<PushMessage> messages = new CopyOnWriteArrayList<>();
    private final List<ClientState> states = new CopyOnWriteArrayList<>();
    private volatile ClientState state = ClientState.CONNECTING;
    private volatile boolean mayComeBack = true;
    /** What comes before the number in its messages' names. */
    private final String messagesOf;

    private final PushClient client;

    private Receiver(RunningPlatform platform, String user, Path positions) throws IOException {
        this.messagesOf = "apps/" + platform.app() + "/users/" + user + "/messages/";
        var center = new CenterApi(platform.center(), platform.apiKey());
        String token = center.issueToken(platform.app(), user, "");
        this.client = PushClient.builder()
                .dispatchers(List.of(platform.dispatcher()))
                .app(platform.app())
                .user(user)
                .device("test")
                .tokenSource(() -> mayComeBack ? token : "")
                .storeIn(positions)
                .backOff(Duration.ofMillis(50), Duration.ofMillis(500))
                .listener(this)
                .start();
    }

    /** Connects as the user; how far it has read is kept in the directory. */
    public static Receiver connect(RunningPlatform platform, String user, Path positions) throws IOException {
        return new Receiver(platform, user, positions);
    }

    public PushClient client() {
        return client;
    }

    /** Its token is no good from now on: what ends its connection ends it for good. */
    public void stopComingBack() {
        mayComeBack = false;
    }

    public boolean isBound() {
        return state == ClientState.BOUND;
    }

    public boolean isClosed() {
        return state == ClientState.CLOSED;
    }

    /** The states it went through, in their order. */
    public List<ClientState> states() {
        return List.copyOf(states);
    }

    public List<PushMessage> messages() {
        return List.copyOf(messages);
    }

    public List<String> texts() {
        return messages.stream().map(PushMessage::text).toList();
    }

    /** Names of the messages, as their sender was told them; a broadcast has none such. */
    public List<String> names() {
        return messages.stream().map(message -> messagesOf + message.seq()).toList();
    }

    @Override
    public void onMessage(PushMessage message) {
        messages.add(message);
    }

    @Override
    public void onState(StateChange change) {
        states.add(change.state());
        state = change.state();
    }

    @Override
    public void close() {
        client.close();
    }
}
