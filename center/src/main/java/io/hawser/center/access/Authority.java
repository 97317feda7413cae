package io.hawser.center.access;

import io.hawser.center.access.Principal.AppCaller;
import io.hawser.center.access.Principal.Operator;
import io.hawser.rpc.v1.App;

/**
 * By what right something of an app is changed.
 *
 * @param app the default instance: of all apps, an operator's
 * @param actor "app/&lt;key id&gt;" or "operator/&lt;key id&gt;", as it stands in the audit log
 * @param byOperator an operator's, which is noted there
 */
public record Authority(App app, String actor, boolean byOperator) {
    static Authority of(AppCaller caller, App app) {
        return new Authority(app, "app/" + caller.keyId(), false);
    }

    static Authority of(Operator operator, App app) {
        return new Authority(app, operator.actor(), true);
    }
}
