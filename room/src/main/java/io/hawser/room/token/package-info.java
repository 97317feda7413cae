/** Whether a client is who it says: JSON Web Tokens against the keys of its app. */
@NullMarked
package io.hawser.room.token;

import org.jspecify.annotations.NullMarked;
