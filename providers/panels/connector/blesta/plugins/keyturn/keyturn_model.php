<?php

declare(strict_types=1);

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!class_exists('AppModel')) {
    return;
}

/** The parent that Blesta expects a plugin's models to have. */
class KeyturnModel extends AppModel
{
}
