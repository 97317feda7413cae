package io.hawser.client;

import io.hawser.wire.HawserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Collects what a client needs. Without a doubt needed: dispatchers or rooms, app, user, device, token source. */
public final class PushClientBuilder {
    private final ClientSettings settings = new ClientSettings();
    private @Nullable Path directory;
    private boolean started;

    PushClientBuilder() {}

    /** Base URLs of dispatchers, such as {@code https://dispatch.example.com}; the next is asked when one is down. */
    public PushClientBuilder dispatchers(List<String> urls) {
        settings.dispatchers = List.copyOf(urls);
        return this;
    }

    /** Rooms as {@code ip:port}, to go without a dispatcher. */
    public PushClientBuilder rooms(List<String> addresses) {
        settings.rooms = List.copyOf(addresses);
        return this;
    }

    /** The app's id, 1 to 64 bytes. */
    public PushClientBuilder app(String app) {
        settings.app = app;
        return this;
    }

    /** The app's id of its user, 1 to 64 bytes of UTF-8. */
    public PushClientBuilder user(String user) {
        settings.user = user;
        return this;
    }

    /** Names this installation among the user's, 1 to 64 bytes of UTF-8. */
    public PushClientBuilder device(String device) {
        settings.device = device;
        return this;
    }

    /** Kind of device, {@code phone} or {@code pc}, for apps that allow one session a kind. */
    public PushClientBuilder deviceClass(String deviceClass) {
        settings.deviceClass = deviceClass;
        return this;
    }

    /** The app's own version, for statistics. */
    public PushClientBuilder clientVersion(String version) {
        settings.clientVersion = version;
        return this;
    }

    /** Where tokens come from. */
    public PushClientBuilder tokenSource(TokenSource source) {
        settings.tokens = source;
        return this;
    }

    /** Who takes the messages. */
    public PushClientBuilder listener(PushListener listener) {
        settings.listener = listener;
        return this;
    }

    /** Groups to join, besides those that the endpoint is a member of already. */
    public PushClientBuilder groups(Collection<String> groups) {
        settings.groups = List.copyOf(groups);
        return this;
    }

    /** Fetches the bodies that the app's own server holds. */
    public PushClientBuilder bodySource(BodySource source) {
        settings.bodies = source;
        return this;
    }

    /** How many messages to the back end may wait for the platform, and their bytes in all: 1,000, 4 MiB. */
    public PushClientBuilder uplinkCapacity(int messages, long bytes) {
        settings.maxUplinks = messages;
        settings.maxUplinkBytes = bytes;
        return this;
    }

    /**
     * Keeps the position, and what waits to be sent or pulled, in files in this directory; see
     * {@link FilePositionStore}.
     */
    public PushClientBuilder storeIn(Path directory) {
        this.directory = directory;
        return this;
    }

    /** Keeps the position; in memory where none is given. The client closes it. */
    public PushClientBuilder store(PositionStore store) {
        settings.store = store;
        return this;
    }

    /** Names the network that the device is on, {@code wifi}: a list of rooms is kept for each. */
    public PushClientBuilder network(Supplier<String> name) {
        settings.network = name;
        return this;
    }

    /** Heartbeat interval to ask the room for, in whole seconds; it decides. */
    public PushClientBuilder heartbeat(Duration interval) {
        settings.heartbeat = interval;
        return this;
    }

    /** Whether broadcasts may come with compressed bodies, which the room decides then: they may, where not given. */
    public PushClientBuilder compression(boolean allowed) {
        settings.compression = allowed;
        return this;
    }

    /** How long one connect, and one question to a dispatcher, may take: 5 s where not given. */
    public PushClientBuilder connectTimeout(Duration limit) {
        settings.connectTimeout = limit;
        return this;
    }

    /** Delays between attempts: random, up to {@code base} at first, doubling up to {@code cap}. 1 s and 60 s. */
    public PushClientBuilder backOff(Duration base, Duration cap) {
        settings.backOffBase = base;
        settings.backOffCap = cap;
        return this;
    }

    /** How long a connection must stay bound for the delays to begin anew: 60 s where not given. */
    public PushClientBuilder stableAfter(Duration time) {
        settings.stableAfter = time;
        return this;
    }

    /** How often a message is given to a listener that throws, 5 where not given; then it is given up. */
    public PushClientBuilder listenerAttempts(int attempts) {
        settings.listenerAttempts = attempts;
        return this;
    }

    /** How many events may wait for the listener, 1,024 where not given; the client stops reading at that. */
    public PushClientBuilder inboxCapacity(int events) {
        settings.inboxCapacity = events;
        return this;
    }

    /** How long {@link PushClient#close} waits for the listener: 5 s where not given. */
    public PushClientBuilder closeTimeout(Duration limit) {
        settings.closeTimeout = limit;
        return this;
    }

    /** Speaks TLS to rooms, whose certificates must be for {@code serverName}, of an authority that this system trusts. */
    public PushClientBuilder tls(String serverName) {
        return tls((SSLSocketFactory) SSLSocketFactory.getDefault(), serverName);
    }

    /**
     * Speaks TLS to rooms, whose certificates must be for {@code serverName}, of an authority in this PEM file.
     *
     * @throws IOException where the file cannot be read, or holds no certificate
     */
    public PushClientBuilder tls(Path authorities, String serverName) throws IOException {
        return tls(Authorities.trusted(authorities), serverName);
    }

    /** Speaks TLS to rooms, whose certificates must be for {@code serverName}. Dispatchers are asked for rooms that do. */
    public PushClientBuilder tls(SSLSocketFactory factory, String serverName) {
        settings.tls = factory;
        settings.tlsName = serverName;
        return this;
    }

    /** Makes the client's threads; daemon threads where not given. */
    public PushClientBuilder threads(ThreadFactory factory) {
        settings.threads = factory;
        return this;
    }

    PushClientBuilder clock(Clock clock) {
        settings.clock = clock;
        return this;
    }

    PushClientBuilder changeSpacing(Duration spacing) {
        settings.changeSpacing = spacing;
        return this;
    }

    PushClientBuilder ticker(Ticker ticker) {
        settings.ticker = ticker;
        return this;
    }

    PushClientBuilder chance(DoubleSupplier chance) {
        settings.chance = chance;
        return this;
    }

    /**
     * Starts a client, which connects in the background. A builder starts one client.
     *
     * @throws HawserException INVALID_ARGUMENT if something needed is missing or out of range
     * @throws IOException if the store cannot be opened
     */
    public PushClient start() throws IOException {
        if (started) {
            throw new IllegalStateException("builder: used twice (expected: one client a builder)");
        }
        settings.check();
        started = true;
        EndpointFiles files =
                directory == null ? null : new EndpointFiles(directory, settings.app, settings.user, settings.device);
        if (files != null) {
            settings.store = FilePositionStore.open(files);
        }
        try {
            return start(Queues.open(files, settings));
        } catch (IOException | RuntimeException e) {
            settings.store.close();
            throw e;
        }
    }

    private PushClient start(Queues queues) throws IOException {
        try {
            PushClient client = new PushClient(settings, queues);
            client.start();
            return client;
        } catch (IOException | RuntimeException e) {
            queues.close();
            throw e;
        }
    }
}
