<?php

$name = 'Keyturn';
$description = 'Lets your Keyturn worker read, change and check the credential of the DomainNameAPI module.';

// WISECP 5 reads the plain keys, WISECP 3 and 4 those below "meta".
return ['name' => $name, 'description' => $description, 'meta' => ['name' => $name, 'descriptions' => $description]];
