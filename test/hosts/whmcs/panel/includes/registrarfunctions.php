<?php

declare(strict_types=1);

/** @return array<string, string> the module's settings in plain text, as the module gets them */
function getregistrarconfigoptions(string $registrar): array
{
    return \Keyturn\Host\Whmcs\Registrars::read($registrar);
}
