package io.hawser.center.access;

import io.hawser.rpc.v1.Credential;

/** Who calls: the holder of an app's key, or an operator. */
public sealed interface Principal {
    /** Public id of the key. */
    String keyId();

    /** An app's back end. */
    record AppCaller(Credential credential) implements Principal {
        @Override
        public String keyId() {
            return credential.getId();
        }

        boolean has(Scope scope) {
            return credential.getGrantsList().contains(scope.grant());
        }
    }

    /** Somebody who runs the platform. */
    record Operator(Credential credential) implements Principal {
        @Override
        public String keyId() {
            return credential.getId();
        }

        /** As it stands in the audit log. */
        public String actor() {
            return "operator/" + keyId();
        }

        public boolean may(Role needed) {
            return Role.of(credential.getGrantsList())
                    .map(role -> role.covers(needed))
                    .orElse(false);
        }
    }
}
