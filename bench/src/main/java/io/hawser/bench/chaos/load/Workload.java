package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.backend.Webhooks;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Everybody who uses the platform in a run. Made, all devices are bound, and nobody has sent anything yet. */
public final class Workload implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOST = "127.0.0.1";
    private static final int PHONES_PROCESSES = 2;
    /** To some users little is sent: no next message brings along what the last one's push did not. */
    private static final int QUIET_EVERY = 4;

    private static final double QUIET_PER_SECOND = 1 / 40.0;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 100;

    private final LoadSettings settings;
    private final Entrances entrances;
    private final History history;
    private final Center center;
    private final Apps apps;
    private final Webhooks backEnd;
    private final Cast cast;
    private final List<Phones> phones = new ArrayList<>();
    private final List<Habit> habits = new ArrayList<>();

    private Workload(LoadSettings settings, Entrances entrances, Path directory, History history) {
        this.settings = settings;
        this.entrances = entrances;
        this.history = history;
        this.center = new Center(entrances.centers());
        this.apps = new Apps(center, entrances.operatorKey());
        this.cast = Casting.draw(settings);
        this.backEnd = Webhooks.listen(HOST, this::taken);
        apps.create(Casting.MANY_DEVICES, "ONE_PER_DEVICE");
        apps.create(Casting.ONE_SESSION, "ONE_PER_USER");
        apps.keys().keySet().forEach(app -> apps.callback(app, "http://" + HOST + ":" + backEnd.port() + "/"));
        List<Endpoint> endpoints = cast.endpoints();
        for (int number = 0; number < PHONES_PROCESSES; number++) {
            Map<Endpoint, String> tokens = new HashMap<>();
            for (int i = number; i < endpoints.size(); i += PHONES_PROCESSES) {
                tokens.put(endpoints.get(i), apps.token(endpoints.get(i)));
            }
            phones.add(new Phones(
                    directory.resolve("phones-" + (number + 1)), entrances.dispatchers(), cast, tokens, history));
        }
    }

    /** Makes the apps and the devices, and waits until all these are bound. */
    public static Workload begin(LoadSettings settings, Entrances entrances, Path directory, History history) {
        Workload workload = new Workload(settings, entrances, directory, history);
        if (!workload.everybodyIsThere()) {
            workload.close();
            throw new BenchException(
                    "not all devices are bound (expected: within " + PATIENCE.toSeconds() + " s of a start)");
        }
        return workload;
    }

    public Cast cast() {
        return cast;
    }

    /** Those that may be killed. */
    public List<Phones> phones() {
        return List.copyOf(phones);
    }

    /** Begins to send, to come and to go. */
    public void start() {
        Sending sending = new Sending(center, apps.keys(), history);
        List<Audience> users = List.copyOf(cast.users());
        double perUser = settings.perSecond() / users.size();
        for (int i = 0; i < users.size(); i++) {
            Audience user = users.get(i);
            double perSecond = i % QUIET_EVERY == QUIET_EVERY - 1 ? QUIET_PER_SECOND : perUser;
            habits.add(Habit.start(
                    settings.seed(),
                    user.toString(),
                    perSecond,
                    (chance, number) -> sending.send(user + "#" + number, user)));
        }
        for (String app : apps.keys().keySet()) {
            habits.add(Habit.start(
                    settings.seed(), "broadcasts of " + app, settings.perSecond() / 20, (chance, number) -> {
                        String group = Casting.GROUPS.get(chance.nextInt(Casting.GROUPS.size()));
                        Audience audience = chance.nextBoolean() ? Audience.all(app) : Audience.group(app, group);
                        sending.send(app + "/broadcast#" + number, audience);
                    }));
        }
        for (Phones some : phones) {
            List<Endpoint> endpoints =
                    cast.endpoints().stream().filter(some.endpoints()::contains).toList();
            double perPhones = settings.perSecond() / 2 / phones.size();
            habits.add(Habit.start(settings.seed(), "uplinks of " + endpoints, perPhones, (chance, number) -> {
                Endpoint from = endpoints.get(chance.nextInt(endpoints.size()));
                some.sendUp(from, from + "/up#" + number);
            }));
            wander(some, endpoints);
        }
    }

    /** Every third device comes and goes, and every third is on another network now and then, or moved to another room. */
    private void wander(Phones some, List<Endpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            switch (i % 3) {
                case 1 ->
                    habits.add(Habit.start(settings.seed(), "comings of " + endpoint, 0.1, (chance, number) -> {
                        some.stop(endpoint);
                        Pause.millis(200 + chance.nextInt(4_000));
                        some.start(endpoint);
                    }));
                case 2 ->
                    habits.add(Habit.start(settings.seed(), "networks of " + endpoint, 0.1, (chance, number) -> {
                        if (chance.nextBoolean()) {
                            some.move(endpoint);
                        } else {
                            toARoom(endpoint, chance.nextInt(entrances.rooms().size()));
                        }
                    }));
                default -> {
                    // Stays where it is.
                }
            }
        }
    }

    /** An operator's order; that it is not carried out while something is broken is nobody's loss. */
    private void toARoom(Endpoint endpoint, int room) {
        var _ = center.post(
                entrances.operatorKey(),
                "/v1/commands",
                Map.of(
                        "app", endpoint.app(),
                        "user", endpoint.user(),
                        "device", endpoint.device(),
                        "move", Map.of("addresses", List.of(entrances.rooms().get(room)), "withinSeconds", 1)));
    }

    /** Has nothing more sent; returns when every sender knows what it will ever know. */
    public void stop() {
        habits.forEach(Habit::over);
        habits.forEach(Habit::close);
    }

    /** Has all devices there, and waits a while for them to be bound; says whether they are. */
    public boolean everybodyIsThere() {
        phones.forEach(Phones::revive);
        phones.forEach(some -> some.endpoints().forEach(some::start));
        return await(() -> phones.stream().allMatch(Phones::areBound));
    }

    /** Has the platform tell who is there, and then closes all devices. */
    public void end() {
        cast.users().forEach(this::sessions);
        phones.forEach(some -> some.endpoints().forEach(some::stop));
        if (!await(() -> phones.stream().allMatch(Phones::haveEnded))) {
            throw new BenchException("devices do not end (expected: within " + PATIENCE.toSeconds() + " s)");
        }
    }

    /** Asks until it is as it should be, or patience ends: then that is what the history has. */
    private void sessions(Audience user) {
        String path = "/v1/apps/" + user.app() + "/users/" + user.user();
        String key = apps.keys().getOrDefault(user.app(), "");
        List<Endpoint> devices = cast.endpoints().stream()
                .filter(endpoint -> cast.isFor(user, endpoint))
                .toList();
        AtomicReference<Center.Answer> last = new AtomicReference<>(center.get(key, path));
        await(() -> {
            last.set(center.get(key, path));
            Map<String, Integer> live = live(last.get());
            return devices.stream().allMatch(device -> live.getOrDefault(device.device(), 0) == 1);
        });
        if (!last.get().isAccepted()) {
            throw new BenchException("GET " + path + ": " + last.get() + " (expected: who is there)");
        }
        Map<String, Integer> live = live(last.get());
        devices.forEach(device ->
                history.add(new Event.Sessions(System.nanoTime(), device, live.getOrDefault(device.device(), 0))));
    }

    private static Map<String, Integer> live(Center.Answer answer) {
        Map<String, Integer> live = new HashMap<>();
        answer.body()
                .path("connections")
                .forEach(one -> live.merge(one.path("device").asText(), 1, Integer::sum));
        return live;
    }

    private void taken(String webhookId, byte[] body) throws IOException {
        JsonNode data = JSON.readTree(body).path("data");
        Endpoint from = new Endpoint(
                data.path("app").asText(),
                data.path("user").asText(),
                data.path("device").asText());
        history.add(new Event.Taken(
                System.nanoTime(), from, webhookId, data.path("text").asText()));
    }

    private static boolean await(BooleanSupplier condition) {
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - giveUpNanos > 0) {
                return false;
            }
            Pause.millis(LOOK_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        habits.forEach(Habit::over);
        phones.forEach(Phones::close);
        backEnd.close();
        center.close();
    }
}
