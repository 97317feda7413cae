package io.hawser.register;

/** An app on a lane: its name, once, and how many sessions it has there. */
final class TenantCount {
    final String app;
    int sessions;

    TenantCount(String app) {
        this.app = app;
    }
}
