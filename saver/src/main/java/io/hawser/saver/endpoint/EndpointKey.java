package io.hawser.saver.endpoint;

import io.hawser.rpc.id.DeviceId;
import io.hawser.rpc.id.UserKey;
import java.util.Comparator;

/** An endpoint, or with an empty device a user as such. In the order of the tables' keys. */
record EndpointKey(String app, String user, String device) implements Comparable<EndpointKey> {
    private static final Comparator<EndpointKey> IN_ORDER = Comparator.comparing(EndpointKey::app)
            .thenComparing(EndpointKey::user)
            .thenComparing(EndpointKey::device);

    /** Returns the key of an endpoint, checked. */
    static EndpointKey of(String app, String user, String device) {
        UserKey checked = UserKey.of(app, user);
        return new EndpointKey(checked.app().value(), checked.user().value(), new DeviceId(device).value());
    }

    EndpointKey ofUser() {
        return new EndpointKey(app, user, "");
    }

    @Override
    public int compareTo(EndpointKey other) {
        return IN_ORDER.compare(this, other);
    }
}
