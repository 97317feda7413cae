package io.hawser.keeper;

import io.hawser.keeper.registry.DiscoverySettings;
import io.hawser.keeper.zookeeper.ZooKeeperSettings;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * What a host must know before it can read any configuration.
 *
 * @param service its kind: {@code room}
 * @param zookeeper how ZooKeeper is reached; its timeouts hold for a shared client too
 * @param sharedClient a started client to use, which stays open; null: one of its own
 * @param name the instance's name; null: the remembered one, else a new one
 * @param dataDirectory this instance's own, where an allotted name is remembered, and what the service keeps; null: none
 * @param configFile local YAML; null: none
 * @param overrides settings by path, which win over all other sources
 * @param drainTimeout how long the service has to end its work, once it is told to stop
 * @param discovery how far a loss of peers is believed
 */
public record HostSettings(
        String service,
        ZooKeeperSettings zookeeper,
        @Nullable CuratorFramework sharedClient,
        @Nullable String name,
        @Nullable Path dataDirectory,
        @Nullable Path configFile,
        Map<String, String> overrides,
        Duration drainTimeout,
        DiscoverySettings discovery) {
    public HostSettings {
        if (service.isBlank() || drainTimeout.isNegative() || drainTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "service, drain timeout: " + service + ", " + drainTimeout + " (expected: a name, 0 to 1h)");
        }
        overrides = Map.copyOf(overrides);
    }

    /** Returns the settings of a service that finds ZooKeeper at {@code connect}, with the defaults for all else. */
    public static HostSettings of(String service, String connect) {
        return new HostSettings(
                service,
                ZooKeeperSettings.of(connect),
                null,
                null,
                null,
                null,
                Map.of(),
                Duration.ofSeconds(30),
                DiscoverySettings.defaults());
    }

    public HostSettings withZooKeeper(ZooKeeperSettings other) {
        return new HostSettings(
                service, other, sharedClient, name, dataDirectory, configFile, overrides, drainTimeout, discovery);
    }

    public HostSettings withSharedClient(CuratorFramework client) {
        return new HostSettings(
                service, zookeeper, client, name, dataDirectory, configFile, overrides, drainTimeout, discovery);
    }

    public HostSettings withName(@Nullable String other) {
        return new HostSettings(
                service, zookeeper, sharedClient, other, dataDirectory, configFile, overrides, drainTimeout, discovery);
    }

    public HostSettings withDataDirectory(@Nullable Path directory) {
        return new HostSettings(
                service, zookeeper, sharedClient, name, directory, configFile, overrides, drainTimeout, discovery);
    }

    public HostSettings withConfigFile(@Nullable Path file) {
        return new HostSettings(
                service, zookeeper, sharedClient, name, dataDirectory, file, overrides, drainTimeout, discovery);
    }

    /** Adds one setting by its path, as {@code --set} does. */
    public HostSettings with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return withOverrides(more);
    }

    public HostSettings withOverrides(Map<String, String> all) {
        return new HostSettings(
                service, zookeeper, sharedClient, name, dataDirectory, configFile, all, drainTimeout, discovery);
    }

    public HostSettings withDrainTimeout(Duration timeout) {
        return new HostSettings(
                service, zookeeper, sharedClient, name, dataDirectory, configFile, overrides, timeout, discovery);
    }

    public HostSettings withDiscovery(DiscoverySettings other) {
        return new HostSettings(
                service, zookeeper, sharedClient, name, dataDirectory, configFile, overrides, drainTimeout, other);
    }
}
