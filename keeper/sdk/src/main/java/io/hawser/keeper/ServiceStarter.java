package io.hawser.keeper;

/**
 * The wiring of a service: opens what it needs, serves, advertises, returns.
 *
 * @param <C> its configuration
 */
@FunctionalInterface
public interface ServiceStarter<C extends Record> {
    /** Returns the service once it serves. When it throws, it has closed what it had opened. */
    Service start(ServiceContext<C> context) throws Exception;
}
