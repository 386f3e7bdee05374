<?php

return [
    'created_at' => 1767225600,
    'meta' => [
        'name' => 'Keyturn',
        'version' => '1.0.0',
        'author' => 'Keyturn',
    ],
    'show_on_adminArea' => false,
    'show_on_clientArea' => false,
    'settings' => [],
    'access_ps' => [],
    'status' => false,
];
