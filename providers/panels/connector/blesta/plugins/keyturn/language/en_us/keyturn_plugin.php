<?php

declare(strict_types=1);

$lang['KeyturnPlugin.name'] = 'Keyturn';
$lang['KeyturnPlugin.author'] = 'Keyturn';
$lang['KeyturnPlugin.description'] = 'Lets a paired Keyturn worker keep the credential of the Domain Name API module true, '
    . 'and prove it from this server.';
