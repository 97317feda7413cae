package io.hawser.standalone.up;

import io.hawser.keeper.HostSettings;
import io.hawser.keeper.Service;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.ServiceHost;
import io.hawser.keeper.config.AdminListen;
import io.hawser.rpc.directory.ApiKey;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.Credential;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.PutCredentialRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.standalone.command.CommandException;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the first operator's key known to the saver: the one thing that no operator can do through the API. It goes the
 * way that services go, as a short-lived one of its own.
 */
public final class FirstOperator implements Service {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 50;
    private static final Set<ErrorCode> PASSING = Set.of(
            ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED, ErrorCode.NOT_OWNER, ErrorCode.RESOURCE_EXHAUSTED);
    private static final Set<ErrorCode> KNOWN = Set.of(ErrorCode.FAILED_PRECONDITION, ErrorCode.ALREADY_EXISTS);

    private final LinkClient savers;

    private FirstOperator(LinkClient savers) {
        this.savers = savers;
    }

    /** What this service is configured with: its admin pages, as every one. */
    record Config(AdminListen admin) {
        public static Config defaults() {
            return new Config(AdminListen.defaults());
        }
    }

    /** Returns once the saver knows the key, from now on or from an earlier start. */
    public static void introduce(String zookeeper, ApiKey key) {
        HostSettings settings = HostSettings.of("up", zookeeper).withName("up");
        try (ServiceHost<Config> host =
                ServiceHost.start(settings, Config.class, context -> new FirstOperator(context, key))) {
            assert host.incarnation() > 0;
        }
    }

    private FirstOperator(ServiceContext<Config> context, ApiKey key) throws InterruptedException {
        this(new LinkClient(
                "up/" + context.name(), "saver", context.members("saver"), LinkSettings.defaults(), context.meters()));
        try {
            put(credential(key, context.clock().millis()));
        } catch (RuntimeException | InterruptedException e) {
            savers.close();
            throw e;
        }
    }

    @Override
    public void drain(Duration atMost) {}

    @Override
    public void close() {
        savers.close();
    }

    private static Credential credential(ApiKey key, long nowMs) {
        return Credential.newBuilder()
                .setId(key.id())
                .setKind(CredentialKind.OPERATOR_KEY)
                .setDisplayName("made by 'hawser up'")
                .setSecretHash(key.secretHash())
                .addGrants("admin")
                .setCreatedMs(nowMs)
                .build();
    }

    private void put(Credential credential) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            HawserException failure = tryPut(credential);
            if (failure == null || KNOWN.contains(failure.code())) {
                return;
            }
            if (!PASSING.contains(failure.code()) || System.nanoTime() - deadlineNs > 0) {
                throw new CommandException("the saver did not take the operator's key: " + failure.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private @Nullable HawserException tryPut(Credential credential) {
        var request =
                PutCredentialRequest.newBuilder().setCredential(credential).build();
        try {
            savers.call(Route.leastLoaded(), SaverGrpc.getPutCredentialMethod(), request, "", CALL)
                    .join();
            return null;
        } catch (CompletionException e) {
            if (e.getCause() instanceof HawserException failure) {
                return failure;
            }
            throw e;
        }
    }
}
