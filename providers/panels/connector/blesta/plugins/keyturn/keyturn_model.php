<?php

declare(strict_types=1);

/** The parent that Blesta expects a plugin's models to have. */
class KeyturnModel extends AppModel
{
}
