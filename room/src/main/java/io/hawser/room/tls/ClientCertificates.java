package io.hawser.room.tls;

import io.netty.handler.ssl.ClientAuth;

/** Whether clients show certificates. */
public enum ClientCertificates {
    NONE(ClientAuth.NONE),
    /** Asked for; who has one must have one of the CA's. */
    OPTIONAL(ClientAuth.OPTIONAL),
    REQUIRED(ClientAuth.REQUIRE);

    private final ClientAuth auth;

    ClientCertificates(ClientAuth auth) {
        this.auth = auth;
    }

    ClientAuth auth() {
        return auth;
    }
}
