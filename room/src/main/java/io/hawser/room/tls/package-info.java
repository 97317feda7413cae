/** TLS for clients: the certificate, read again when it changes, and the keys of session tickets that rooms share. */
@NullMarked
package io.hawser.room.tls;

import org.jspecify.annotations.NullMarked;
